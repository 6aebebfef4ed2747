"""What is said of a lesson's file that is not understood; before it stand the file and the line."""


class Refusals:
    """One sentence for each thing that may be wrong."""

    NO_FOLDER = "The folder of lessons {directory} cannot be read: is it there?"
    HOW_MANY = "In the folder of lessons {directory} there must be 1 to {most} files *.md; there are {count}."
    TWICE = "there are two lessons named “{name}”; rename one file."
    NAME = "the file's name may have small letters a to z, digits and hyphens, no others."
    NO_TEXT = "this is no text in UTF-8 of at most {most:,} bytes that can be read."
    NO_HEADER = "a lesson begins with a header between two lines of ---."
    HEADER = "the header says title: … and minutes: …, once each, and nothing else."
    MINUTES = "minutes must be a whole number from 1 to {most}."
    NOT_SAID = "the header does not say the {name}."
    BEFORE_STEPS = "a step begins with “## ” and its title; this stands before the first."
    STEPS = "a lesson has 1 to {most} steps, each begins with “## ” and its title."
    FIRST_OPENS = "the first step must open a page: Open: PAGE?SETTINGS"
    NO_TITLE = "a step needs a title behind “## ”."
    NO_QUESTION = "the question is missing behind “Predict:”."
    NOT_BELOW_QUESTION = "an answer stands below a question, “Predict: …”, and there is none."
    HIDES_FOR_EVER = "this step hides something, but asks no question after which it would be shown."
    NO_PAGE = "there is no page “{page}”; there are: {pages}, and the first, “?…”."
    NO_SETTINGS = "behind the ? stand settings as in an address: name=value&name=value"
    TAKEN = "“{name}” is what the app writes into the address itself; leave it out."
    NOT_HIDEABLE = "“{name}” cannot be hidden; there are: {known}."
    ANSWERS = "a question has {fewest} to {most} answers, this one has {count}."
    ONE_RIGHT = "exactly one answer must be the right one, with “- [x]” before it."
    NO_ANSWER = "the answer is missing behind the box."
    NOT_AN_ANSWER = "below a question stand answers, “- [x] …” or “- [ ] …”, and indented below each its why."
    NO_WHY = "this answer does not say why it is right or wrong, indented in the line below."


class Key:
    """The teacher's key."""

    TITLE = "Teacher's key"
    ALTOGETHER = "{count} lessons, {minutes} minutes."
    LESSON = "{title} (minutes {begins} to {ends})"
