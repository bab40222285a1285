"""Groups, supergroups and channels."""

from dataclasses import dataclass

from tests.doubles.telegram.chats import Chat, Standing
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.people import User
from tests.doubles.telegram.things import written
from tests.doubles.telegram.wire import Json

RIGHTS = [
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]


def member(user: Json, status: str) -> Json:
    """A ChatMember of the Bot API."""
    body: Json = {"user": user, "status": status}
    if status == "administrator":
        return {**body, **dict.fromkeys(RIGHTS, False)}
    if status == "creator":
        return {**body, "is_anonymous": False}
    return {**body, "until_date": 0} if status == "kicked" else body


@dataclass(eq=False, repr=False)
class Group(Chat):
    """The first administrator is its creator."""

    def status(self, user: User) -> str:
        if user in self.admins:
            return "creator" if user is self.admins[0] else "administrator"
        return "member" if user in self.members else "left"

    def stand(self, new: Standing, by: User) -> None:
        """What the bot is here from now on."""
        old, self.standing = self.standing, new
        states = {
            "old_chat_member": self.double.bot_as("left" if old == "none" else old),
            "new_chat_member": self.double.bot_as(new),
        }
        now = {"date": int(self.double.now())}
        body = {"chat": self.raw, "from": by.raw, **now, **states}
        self.double.push("my_chat_member", body, self.id)

    def someone(self) -> User:
        return (self.admins or self.members)[0]

    def add_bot(self, by: User | None = None) -> None:
        by = by or self.someone()
        if self.raw["type"] == "channel":
            return self.stand("administrator", by)
        self.stand("member", by)
        return self.service({"new_chat_members": [self.double.me]}, by)

    def kick_bot(self, by: User | None = None) -> None:
        self.stand("kicked", by or self.someone())

    def promote_bot(self) -> None:
        """As administrator it gets every message."""
        self.stand("administrator", self.someone())

    def join(self, user: User, by: User | None = None) -> None:
        self.members.append(user)
        self.service({"new_chat_members": [user.raw]}, by or user)

    def leave(self, user: User) -> None:
        self.members.remove(user)
        self.service({"left_chat_member": user.raw}, user)

    def service(self, body: Json, by: User) -> None:
        message = self.add({"from": by.raw, **body}, mine=True)
        self.double.push("message", message.raw, self.id)

    def post(self, text: str) -> Message:
        """In a channel."""
        body = {"sender_chat": self.raw, **written(text)}
        message = self.add(body, mine=True)
        self.double.push("channel_post", message.raw, self.id)
        return message

    def migrate(self) -> "Group":
        """Becomes a supergroup, whose id is new."""
        by = self.someone()
        new = Group(
            self.double,
            {
                "id": -(1_000_000_000_000 - self.id),
                "type": "supergroup",
                "title": self.raw["title"],
            },
            standing=self.standing,
            members=self.members,
            admins=self.admins,
        )
        self.double.chats[new.id] = new
        self.migrated_to = new.id
        self.service({"migrate_to_chat_id": new.id}, by)
        new.service({"migrate_from_chat_id": self.id}, by)
        return new
