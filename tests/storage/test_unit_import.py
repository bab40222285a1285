"""Importing units: what is wrong is named with its line, and then nothing is written."""

import time
from datetime import date

import pytest
from sqlalchemy import func, select

from storage.tables.units import Unit, UnitAlias, UnitBelow, UnitParent
from storage.unit_import import import_units
from storage.unit_rows import read_rows
from storage.unit_search import find_units
from tests.make import make_root

HEAD = "code,name,kind,parent,tree,valid_from,valid_to,aliases,successor,share\n"
GOOD = HEAD + (
    "42,Hà Tĩnh,tinh\n"
    "445,Thạch Hà,huyen,42,,,2025-07-01\n"
    "436,Thành phố Hà Tĩnh,Huyện,42,,,2025-07-01\n"
    "18622,Thạch Lạc,Xã,445 | 436@2025-01-01,,,01/07/2025,thach lac cu,18628\n"
    "18628,Tượng Sơn,xa,445 | 436@2025-01-01,,,2025-07-01,,18628,full\n"
    "18628,Thạch Lạc,xa,42,,2025-07-01\n"
    ",Vĩnh Thịnh,thôn,18622 | 18628@2025-07-01\n"
    ",Cụm số 1,cum,42\n"
    "18619,Đồng Tiến,xa,Tỉnh Hà Tĩnh | cum:Cụm số 1,,2025-07-01\n"
)


@pytest.fixture
def load(session, tmp_path):
    def run(content, **options):
        path = tmp_path / "units.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_units(session, path, **options)

    return run


def count(session, table=Unit):
    return session.scalar(select(func.count()).select_from(table))


def test_all_rows_become_units(session, load):
    report = load(GOOD)
    assert str(report) == "Đã ghi: 9 đơn vị mới, 0 thay đổi, 0 giữ nguyên."
    names = set(session.scalars(select(Unit.name)))
    assert {"Tỉnh Hà Tĩnh", "Thành phố Hà Tĩnh", "Xã Thạch Lạc", "Thôn Vĩnh Thịnh"} < names


def test_codes_that_were_given_again_are_read_by_their_time(session, load):
    load(GOOD)
    names = select(Unit.name, UnitParent.valid_from).join(Unit, Unit.id == UnitParent.parent_id)
    hamlet = select(Unit.id).where(Unit.name == "Thôn Vĩnh Thịnh").scalar_subquery()
    rows = session.execute(names.where(UnitParent.unit_id == hamlet)).all()
    assert sorted(rows) == [
        ("Xã Thạch Lạc", date(1, 1, 1)),
        ("Xã Thạch Lạc", date(2025, 7, 1)),
    ]


def test_an_import_can_be_repeated(session, load):
    load(GOOD)
    before = [count(session, table) for table in (Unit, UnitAlias, UnitParent, UnitBelow)]
    assert str(load(GOOD)) == "Đã ghi: 0 đơn vị mới, 0 thay đổi, 9 giữ nguyên."
    assert [count(session, table) for table in (Unit, UnitAlias, UnitParent, UnitBelow)] == before


def test_a_later_file_changes_what_it_names(session, load):
    load(GOOD)
    report = load(HEAD + "18619,Đồng Tiến Mới,xa,42,,2025-07-01,,dong tien\n")
    assert (report.counts.added, report.counts.changed) == (0, 1)
    assert find_units(session, "đồng tiến mới").sure
    assert find_units(session, "xã đồng tiến").sure  # people go on typing the old name


def test_the_organisation_of_the_settings_is_met_again(session, load):
    root = make_root(session, "Tỉnh Hà Tĩnh", "tinh")
    load(GOOD, root_id=root.id)
    load(HEAD + ",Trạm Y tế,co_quan\n", root_id=root.id)
    assert set(session.scalars(select(Unit.root_id))) == {root.id}
    assert root.code == "42"


def test_a_dry_run_writes_nothing(session, load):
    report = load(GOOD, dry_run=True)
    assert (report.counts.added, report.written, count(session)) == (9, False, 0)
    assert str(report).startswith("Chưa ghi gì: 9 đơn vị mới")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,,xa,42", "thiếu tên đơn vị"),
        ("1,…,xa,42", "thiếu tên đơn vị"),
        (f"1,{'a' * 200},xa,42", "tên dài quá 150 chữ"),
        ("1,Mới,làng xã,42", "không rõ loại đơn vị “làng xã”"),
        ("1,Mới,xa,99", "chưa thấy đơn vị “99”"),
        ("1,Mới,xa,Huyện Thạch Hà", "còn hiệu lực ngày 30/12/9999"),
        ("1,Mới,xa,Thạch Lạc", "chưa thấy đơn vị “Thạch Lạc”"),
        ("1,Mới,xa,42,rừng", "không rõ cây “rừng”"),
        ("1,Mới,xa,42,,31/02/2025", "ngày “31/02/2025” chưa đúng"),
        ("1,Mới,xa,42,,hôm qua", "ngày “hôm qua” chưa đúng"),
        ("1,Mới,xa,42,,2025-07-01,2025-07-01", "ngày hết hiệu lực không sau ngày đầu"),
        ("1,Mới,xa,42,,,,,18628", "thiếu ngày hết hiệu lực"),
        ("1,Mới,xa,42,,,2025-07-01,,18628,nửa", "không rõ “nửa” ở cột share"),
        ("1,Mới,xa,42,,,2025-07-01,,77777", "chưa thấy đơn vị “77777”"),
        ("1,Mới,xa,42 | 445", "chưa đúng thứ tự"),
        ("1,Mới,xa,1", "chưa thấy đơn vị “1”"),
        ("1,Mới,xa,42,,,,,,,thừa", "có nhiều ô hơn dòng đầu"),
        ("18628,Thạch Lạc,xa,42,,2025-07-01", "trùng với dòng 7"),
    ],
)
def test_a_bad_row_is_named(session, load, row, says):
    report = load(GOOD + row + "\n")
    (problem,) = report.problems
    assert problem.line == 11
    assert says in problem.text
    assert "Xin" in problem.text
    assert count(session) == 0


def test_good_rows_are_kept_when_wanted(session, load):
    report = load(GOOD + "1,Mới,xa,99\n,Thôn Một,thon,Mới\n", keep_good=True)
    assert (report.written, count(session)) == (True, 9)
    assert [problem.line for problem in report.problems] == [11, 12]
    assert "Dòng 12: dòng của đơn vị cấp trên" in str(report)


def test_a_name_that_is_many_asks_for_the_path(session, load):
    two = "1,Một,tinh\n2,Hai,tinh\n3,Tân Lập,xa,1\n4,Tân Lập,xa,2\n"
    (problem,) = load(HEAD + two + ",Đông,thon,Tân Lập\n").problems
    assert "có 2 đơn vị tên “Tân Lập”" in problem.text
    assert load(HEAD + two + ",Đông,thon,Tỉnh Hai > Xã Tân Lập\n").written


def test_hamlets_of_one_name_are_two(session, load):
    rows = "1,Một,tinh\n3,An,xa,1\n4,Bình,xa,1\n,Đông,thon,An\n,Đông,thon,Bình\n"
    assert load(HEAD + rows).counts.added == 5
    assert load(HEAD + rows).counts.same == 5


def test_bodies_in_a_circle(session, load):
    circle = ",Chi bộ A,chi_bo,Chi bộ B\n,Chi bộ B,chi_bo,Chi bộ A\n,Chi bộ C,chi_bo,Chi bộ A\n"
    report = load(HEAD + circle)
    assert [problem.line for problem in report.problems] == [2, 3, 4]
    assert not report.written


def test_a_circle_through_what_is_stored(session, load):
    load(HEAD + ",Chi bộ A,chi_bo\n,Chi bộ B,chi_bo,Chi bộ A\n")
    report = load(HEAD + ",Chi bộ C,chi_bo,Chi bộ B\n,Chi bộ A,chi_bo,,,,2025-07-01,,Chi bộ C\n")
    assert "trực thuộc chính nó" in str(report)
    assert count(session) == 2


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffmã;tên;loại;cấp trên\n42;Hà Tĩnh;Tỉnh\n1;Đỉnh Bàn;Xã;42\n".encode(),
        "code\tname\tkind\tparent\r\n42\tHà Tĩnh\ttinh\r\n\r\n1\tĐỉnh Bàn\txa\t42\r\n".encode(
            "utf-16"
        ),
        'name,kind,parent\nHà Tĩnh,tinh,\n"Đỉnh Bàn",xa,Hà Tĩnh\n'.encode(),
        b"name,kind,parent\nH\xe0 Tinh,tinh\n\xd0i\xd2nh B\xe0\xccn,xa,H\xe0 Tinh\n",
    ],
)
def test_how_spreadsheets_save(session, load, content):
    assert load(content).written
    assert find_units(session, "dinh ban").sure


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "thiếu cột “name”"),
        (b"name\nA\n", "thiếu cột “kind”"),
        (b"name,kind,mau\nA,xa,do\n", "không rõ cột “mau”"),
        (b"name,kind,name\nA,xa,B\n", "cột “name” có hai lần"),
        (b"PK\x03\x04\x00", "không mở được tệp Excel"),
        (bytes([0x8A, 0x8D, 0xFF]), "không đọc được chữ"),
        (b'name,kind\n"' + b"a" * 200_000, "chưa đúng kiểu CSV"),
    ],
)
def test_a_file_that_is_none(session, load, content, says):
    report = load(content)
    assert says in str(report)
    assert not report.written


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    path = tmp_path / "units.csv"
    path.write_text('name,kind,note\n\nA,tinh,"hai\ndòng"\nB,sai,\n', "utf-8")
    _, problems = read_rows(path)
    assert [problem.line for problem in problems] == [5]


def test_the_whole_country_within_five_seconds(session, load):
    rows = [f"{n:02},Tỉnh {n},tinh," for n in range(34)]
    rows += [f"{10_000 + n},Xã số {n},xa,{n % 34:02}" for n in range(3_321)]
    bad = [f"{20_000 + n},Xã xấu {n},xa,99" for n in range(20)]
    head = "code,name,kind,parent\n"
    report = load(head + "\n".join(rows + bad), dry_run=True)
    assert (len(report.problems), report.counts.added) == (20, 3_355)
    start = time.process_time()  # ours alone: the machine may be busy
    assert load(head + "\n".join(rows)).counts.added == 3_355
    assert time.process_time() - start < 5
    assert count(session, UnitBelow) == 34 + 2 * 3_321
