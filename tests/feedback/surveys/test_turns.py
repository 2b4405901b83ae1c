"""A survey by text: which question a reply answers, and what is said to it."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.questions import Condition, Kind, Question, Relation, Said, asked, following
from feedback.surveys.turns import MOST_TIMES, Next, turn

QUESTIONS = (
    Question(1, Kind.NPS, {}, {}),
    Question(2, Kind.NPS, {}, {}, Condition(1, Relation.AT_MOST, 6)),
    Question(3, Kind.YES_NO, {}, {}),
    Question(4, Kind.TEXT, {}, {}),
)


@dataclass
class Talk:
    """A conversation as both ends see it; texts of ours go out when they are told to."""

    said: dict[int, Said] = field(default_factory=dict)
    seen: int = 1
    times: Counter = field(default_factory=lambda: Counter({1: 1}))
    written: list[tuple[Next, int]] = field(default_factory=list)
    on_its_way: bool = False

    def hear(self, text: str, *, goes_out: bool = True) -> Next:
        ways = {"seen": self.seen, "times": self.times, "on_its_way": self.on_its_way}
        found = turn(text, QUESTIONS, self.said, **ways)
        if found.heard.said is not None:
            self.said[found.question] = found.heard.said
        if found.next is not Next.NOTHING:
            self.written.append((found.next, found.ask))
            self.on_its_way = True
        if found.ask:
            self.times[found.ask] += 1
        if goes_out:
            self.go_out()
        return found.next

    def go_out(self) -> None:
        self.on_its_way = False
        self.seen = next((ask for _next, ask in reversed(self.written) if ask), self.seen)


def test_each_reply_leads_to_the_next_question_and_the_last_to_thanks():
    talk = Talk()

    for text in ("9", "да", "всё хорошо"):
        talk.hear(text)

    assert talk.written == [(Next.ASK, 3), (Next.ASK, 4), (Next.THANK, 0)]
    assert (talk.said[1], talk.said[3]) == (Said(9), Said(1))


def test_a_reply_sent_twice_does_not_answer_the_question_that_its_writer_never_saw():
    talk = Talk()

    talk.hear("3", goes_out=False)
    again = talk.hear("3", goes_out=False)

    assert again is Next.NOTHING
    assert talk.said == {1: Said(3)}
    assert talk.written == [(Next.ASK, 2)]


def test_another_score_before_the_next_question_has_come_corrects_the_first():
    talk = Talk()

    talk.hear("3", goes_out=False)
    talk.hear("8")

    assert talk.said == {1: Said(8)}
    assert following(QUESTIONS, talk.said).number == 3


def test_what_is_not_understood_is_asked_twice_more_and_then_let_be():
    talk = Talk()

    heard = [talk.hear("кто это?") for _ in range(5)]

    assert heard == [Next.AGAIN, Next.AGAIN, *[Next.NOTHING] * 3]
    assert talk.times[1] == MOST_TIMES
    assert talk.hear("7") is Next.ASK  # and still a late answer counts


def test_whoever_has_answered_everything_adds_to_what_they_wrote():
    talk = Talk()
    for reply in ("9", "да", "спасибо"):
        talk.hear(reply)

    assert talk.hear("3 дня без связи") is Next.NOTHING
    assert (talk.said[1], talk.said[4]) == (Said(9), Said())


def test_a_score_in_reply_to_a_link_answers_the_first_question():
    found = turn("8", QUESTIONS, {}, seen=0, times={}, on_its_way=False)

    assert (found.question, found.heard.said) == (1, Said(8))


def test_a_reply_to_a_link_that_comes_twice_is_one_answer():
    found = turn("5", QUESTIONS, {1: Said(5)}, seen=0, times={2: 1}, on_its_way=True)

    assert (found.question, found.next) == (1, Next.NOTHING)


texts_of = st.one_of(
    st.sampled_from(["9", "3", "да", "нет", "10 из 10", "0", "плохо", "?", "11", ""]),
    st.text(max_size=30),
)


@given(st.lists(st.tuples(texts_of, st.booleans()), max_size=40))
def test_however_customers_reply_they_get_few_texts_and_only_answers_to_what_they_were_asked(said):
    talk = Talk()

    for text, goes_out in said:
        talk.hear(text, goes_out=goes_out)

    assert max(talk.times.values()) <= MOST_TIMES
    assert sum(next_ is Next.THANK for next_, _ask in talk.written) <= 1 + talk.written.count(
        (Next.ASK, 2)
    )
    assert {one.number for one in asked(QUESTIONS, talk.said)} - {2} <= {1, 3, 4}
    assert set(talk.said) <= set(talk.times)


@given(st.lists(texts_of, max_size=20))
def test_a_conversation_in_which_each_text_is_delivered_twice_is_the_same(said):
    once, twice = Talk(), Talk()

    for text in said:
        once.hear(text)
        twice.hear(text, goes_out=False)
        twice.hear(text)

    assert (twice.said, twice.written) == (once.said, once.written)
