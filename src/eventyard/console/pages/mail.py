"""The local mailbox. Programs are answered by the mailbox's own page at the same addresses (services/ses)."""

from eventyard.console.page import Action, Live, Shown
from eventyard.console.views import mail

PAGES: tuple[Shown, ...] = (
    Shown("/mail", "mails.html", mail.mails),
    Shown("/mail/{id}", "mail.html", mail.mail),
)
ACTIONS: tuple[Action, ...] = ()
LIVES: tuple[Live, ...] = ()
