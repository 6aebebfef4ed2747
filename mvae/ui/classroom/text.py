"""All that the class view says."""


class ClassView:
    """The page of the class view, and its part on the first page."""

    TITLE = "Class"
    LEAD = "A whole class’s drawings on the latent’s map, and a vote."

    TEACHERS, STUDENTS = "For teachers", "For students"
    ABOUT = (
        "You get a code and a QR code; students open the address and send their drawings, which you see on the latent’s "
        "map, and you can ask them a question. Names are not asked. Nothing is stored: all lies in this server’s memory "
        "and is forgotten when you end the class, {minutes} minutes after you have closed this page, or when the server "
        "stops. At most {students} students and {drawings} drawings."
    )
    OPEN = "Open a class"
    NOT_ALLOWED = "On this server no class can be opened: who runs it has switched that off."
    NO_DRAWINGS = "The model of this app takes no drawings, so there is no class view."
    HOW_TO_JOIN = (
        "Your teacher shows a code of {letters} letters, or a QR code for the camera of your device."
    )
    CODE, JOIN = "Code", "Join"

    TO_JOIN = "Join at"
    CODE_IS = "and give the code"
    QR_ALT = "QR code of the address {address}"
    PRESENT = {
        "none": "No student is here yet.",
        "one": "**1** student is here.",
        "many": "**{count}** students are here.",
    }
    LOCAL = (
        "You have opened this page as {host}, which on every other device means that device itself. Others on your "
        "network reach this computer at the address above. If they find nothing, its firewall or the network keeps them "
        "apart."
    )
    ONLY_HERE = (
        "This server listens to this computer alone, so nobody else can join: start it with --server.address 0.0.0.0, "
        "and open the class again."
    )
    NO_NETWORK = (
        "This computer is on no network, so nobody else can join: connect it, and open the class again."
    )
    NO_ROUTE = (
        "This server has several processes, and the class is in one of them, to which no code leads: students may be "
        "told that there is no such class. Run one process, or give each the letter of its codes (docs/deploy.md)."
    )
    END, END_SURELY = "End the class", "End it and forget everything"
    END_ABOUT = "All drawings and votes are gone then, for you, too."
    GONE_TEACHER = (
        "The class that you had opened is no longer there: the server was started anew, or you were away for too long. "
        "Open another one."
    )

    BOARD_ALT = "Map of the latent with {count} drawings of the class."
    BOARD_ABOUT = (
        "Each drawing lies where the model’s posterior mean of it lies; its frame has the colour of the class that the "
        "model reads. Touch one to see it large, or to take it away."
    )
    NO_MAP = "This model has no map of its latent, so the drawings lie in the order in which they came."
    EMPTY = "Drawings appear here as students send them."
    SENT_ALT = "{names}, read as {label}"
    READ_AS = "Read as {label}"
    TAKE_AWAY, BACK = "Take it away", "Back"
    CLEAR = "Clear the board"
    DRAWINGS = "{count} of {most} drawings"

    VOTE = "Vote"
    QUESTION = "Question"
    QUESTIONS = {"wins": "Who wins?", "label": "What will the model read?", "own": "A question of your own"}
    NOBODY = "Nobody"
    OWN_WORDS, OWN_CHOICES = "Your question", "Choices, with commas between them"
    ASK, ASK_AGAIN, CLOSE = "Ask the class", "Ask anew", "Close the vote"
    VOTES_ALT = "Votes: {bars}."
    VOTED = {"none": "No votes yet.", "one": "1 vote", "many": "{count} votes"}
    VOTE_CLOSED = "The vote is closed."

    JOINED = (
        "You are in class {code}. Nobody sees who you are; only your teacher’s screen shows what you send."
    )
    DRAW = "Draw, and send it with the button “{button}” above the cards:"
    SEND = "Send to the class"
    IN_CLASS = "Class **{code}**"
    SENT = "Sent. {count} of your {most} drawings are on the board; the next one replaces the oldest."
    SENT_FEW = "Sent: it is on your teacher’s screen."
    YOUR_VOTE = "Tap one; until the vote is closed you may change your mind."
    NO_QUESTION = "When your teacher asks a question, it appears here."
    LEAVE = "Leave the class"
    ENDED = "The class has ended; what you sent is forgotten."


class Refusals:
    """Why something cannot be done in a class."""

    NO_CLASS = (
        "There is no class with the code {code}: look at the code again, or ask whether the class has ended."
    )
    TOO_MANY_CODES = (
        "You have tried too many codes: close this page, and open the address that your teacher shows."
    )
    TOO_MANY_CLASSES = "This server has {classes} classes already: wait until one has ended."
    FULL = "This class is full: {students} students have joined."
    NOT_IN_CLASS = "You are not in this class any more: join it again."
    TOO_OFTEN = "Three drawings within {seconds:.0f} seconds are enough: wait a little."
    VOTES_TOO_OFTEN = "You have changed your mind too often: wait {seconds:.0f} seconds."
    BOARD_FULL = "The board is full ({drawings} drawings): your teacher can clear it."
    TOO_LARGE = "This drawing is too large to be sent: draw it with fewer strokes."
    NOTHING_DRAWN = "There is no drawing to send: draw a digit, and switch it on."
    NO_QUESTION = "Write a question of at most {letters} letters."
    NO_CHOICES = (
        "Write two to {most} different choices, each of at most {letters} letters, with commas between them."
    )
    VOTE_IS_OVER = "This vote is over."
