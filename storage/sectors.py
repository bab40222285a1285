"""Sectors of an organisation: the five of Thạch Hà to begin with, and the classic four above."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage import reference
from storage.tables.units import Sector

# the four most places report by; ntm_dtvm is part of văn hoá – xã hội there
CLASSIC = {
    "kinh_te": "Kinh tế",
    "van_hoa_xa_hoi": "Văn hoá - xã hội",
    "an_ninh_quoc_phong": "Quốc phòng - an ninh",
    "xay_dung_dang_htct": "Xây dựng hệ thống chính trị",
}

DEFAULT: tuple[dict[str, Any], ...] = (
    {
        "code": "kinh_te",
        "label": "Kinh tế",
        "classic": "kinh_te",
        "aliases": ["kt", "phát triển kinh tế"],
    },
    {
        "code": "ntm_dtvm",
        "label": "Nông thôn mới, đô thị văn minh",
        "classic": "van_hoa_xa_hoi",
        "aliases": ["ntm", "đtvm", "ntm đtvm", "nông thôn mới", "đô thị văn minh"],
    },
    {
        "code": "van_hoa_xa_hoi",
        "label": "Văn hoá, xã hội",
        "classic": "van_hoa_xa_hoi",
        "aliases": ["vhxh", "văn hoá", "xã hội", "văn hoá xã hội"],
    },
    {
        "code": "an_ninh_quoc_phong",
        "label": "An ninh - quốc phòng",
        "classic": "an_ninh_quoc_phong",
        "narrowed": True,
        "aliases": [
            "anqp",
            "qpan",
            "antt",
            "an ninh",
            "quốc phòng",
            "quốc phòng an ninh",
            "an ninh quốc phòng",
            "an ninh trật tự",
        ],
    },
    {
        "code": "xay_dung_dang_htct",
        "label": "Xây dựng Đảng, hệ thống chính trị",
        "classic": "xay_dung_dang_htct",
        "aliases": ["xdđ", "htct", "xd đảng", "xây dựng đảng", "hệ thống chính trị"],
    },
)

_SECTORS = (  # built once: each report asks this
    select(Sector)
    .where(Sector.root_id == bindparam("root"))
    .where(Sector.year_from <= bindparam("year"), Sector.year_to >= bindparam("year"))
    .order_by(Sector.position)
)


def sectors(session: Session, root_id: int, year: int) -> list[Sector]:
    """Those of an organisation that hold in a year, in their order."""
    return list(session.scalars(_SECTORS, {"root": root_id, "year": year}))


def ensure_sectors(session: Session, root_id: int) -> list[Sector]:
    """The organisation's sectors, made from the default ones when it has none."""
    own = select(Sector).where(Sector.root_id == root_id).order_by(Sector.position)
    if not (found := list(session.scalars(own))):
        found = [Sector(root_id=root_id, position=n, **s) for n, s in enumerate(DEFAULT, 1)]
        session.add_all(found)
        session.flush()
        reference.changed(session)
    return found
