"""Every word of the interface, in both languages.

The texts are written with plain quotes and spaces; `typeset` sets them as a printer would
(curved apostrophes, and in French the no-break spaces that hold punctuation to its word).
`{name}` is filled by whoever shows the message.
"""

from __future__ import annotations

import re
from typing import Final

from knowledge.models import Language

NO_BREAK: Final = "\u00a0"
NARROW_NO_BREAK: Final = "\u202f"

_EN: Final = {
    # the page
    "title": "IT-services and maintenance contracts",
    "tagline": "Every answer quotes, word for word, the firm's library of guidance and clauses under French law.",
    "notice_label": "Please note",
    "notice": "You are talking to an automated assistant. General information, not legal advice.",
    "notice_short": "Automated assistant, not legal advice.",
    "privacy": "The firm's lawyers can read the conversation: leave out names and secrets. You can delete it at any time.",
    "sign_off": "Content awaiting sign-off by a qualified lawyer",
    "skip_link": "Skip to the conversation",
    "home_link": "Clausier, home page",
    "training_link": "Training",
    "language_switch": "Language",
    "language_en": "English",
    "language_fr": "Français",
    # asking
    "composer_label": "Your question",
    "placeholder": "A clause, a deadline…",
    "composer_help": "Enter sends, Shift and Enter start a new line.",
    "send": "Send",
    "stop": "Stop",
    "starters": "For example",
    "starter_1": "Is a four-hour response time enough for an online shop?",
    "starter_2": "Can the provider take our site down because of an unpaid invoice?",
    "starter_3": "Who owns the code of our website when the maintenance contract ends?",
    "starter_4": "What can we do if the provider never meets the agreed deadlines?",
    "searching": "Searching the library…",
    "stopped": "Stopped before the end: this answer is incomplete and its sources were not checked.",
    "broken_off": "The answer broke off: it is incomplete and its sources were not checked.",
    "answer_ready": "Answer complete. Sources: {count}.",
    # an answer
    "conversation_label": "Conversation",
    "question_label": "Question",
    "answer_label": "Answer",
    "refused": "No answer given.",
    "reason_out_of_scope": "This is outside what the library covers.",
    "reason_not_in_library": "The library holds nothing that supports an answer.",
    "reason_needs_lawyer": "This depends on your own situation: a lawyer has to look at it.",
    "reason_unclear": "The question is not clear enough. Say what you would like to know.",
    "support_partial": "The library supports this answer only in part.",
    "engine_extractive": "Composed by machine from the library's own words.",
    "engine_model": "Written by a machine ({engine}) from the sources quoted.",
    "sources": "Sources",
    "source_mark": "Source {n}",
    "open_source": "Read it in the source",
    "back_to_text": "Back to the answer",
    "new_tab": "opens in a new tab",
    "unverified": "These words could not be checked against the source.",
    "kind_guidance": "Guidance",
    "kind_clause": "Clause",
    "kind_authority": "Authority",
    "kind_quiz": "Exercise",
    "kind_document": "Document",
    "law": "Law relied on",
    "status_v": "checked against the official text",
    "status_p": "checked in part",
    "status_s": "known from a secondary source",
    "status_u": "not checked",
    "official_text": "Official text",
    "follow_ups": "You might also ask",
    "handoff": "Speak to a lawyer",
    "handoff_text": "A dispute, a deadline that is running or a letter you have received calls for a lawyer "
    "who reads your documents. Contact the firm soon, and keep the contract, the messages and their dates at hand.",
    # what one can do with it
    "actions": "This answer",
    "copy_answer": "Copy",
    "copied": "Copied",
    "helpful": "Helpful",
    "not_helpful": "Not helpful",
    "feedback_reason": "What was wrong? (optional)",
    "feedback_send": "Send this remark",
    "feedback_thanks": "Thank you, noted.",
    "delete_conversation": "Delete conversation",
    "delete_title": "Delete this conversation?",
    "delete_text": "Your questions and the answers are deleted for good. This cannot be undone.",
    "delete_confirm": "Delete",
    "cancel": "Cancel",
    "deleted_title": "Conversation deleted",
    "deleted_text": "Here is the receipt. Keep it if you need proof: it exists nowhere else.",
    "receipt_id": "Receipt",
    "receipt_conversation_id": "Conversation",
    "receipt_deleted_at": "Deleted on",
    "receipt_turns": "Questions deleted",
    "receipt_messages": "Messages deleted",
    "receipt_feedback": "Remarks deleted",
    "receipt_sha256": "Fingerprint",
    # a source
    "source_label": "Source",
    "close": "Close",
    "loading_source": "Opening the source…",
    "source_changed": "The source has changed since this answer: the words quoted are no longer there as they were.",
    "source_failed": "The source could not be opened. Check your connection and try again.",
    "source_page": "Page {page}",
    "full_page": "Open on its own page",
    "topics": "Topic",
    "review_due": "Next review",
    "review_overdue": "overdue",
    "back_to_conversation": "Back to the conversation",
    "back_to_workspace": "Back to the workspace",
    # when something goes wrong
    "error_title": "Something went wrong",
    "error_not_found": "There is nothing at this address. It may have been moved or deleted.",
    "error_gone": "This conversation was deleted or has expired. Send your question again to begin another.",
    "error_network": "The connection was lost. Check it, then send your question again.",
    "error_too_long": "The question is too long. Shorten it, then send it again.",
    "error_empty": "Write a question first.",
    "error_invalid": "The question could not be read. Change it, then send it again.",
    "error_rate_limited": "Too many questions in a short time. Try again in {seconds} seconds.",
    "error_unknown": "Sign in first: this page is for people of the firm.",
    "error_forbidden": "This page is not open to you. Ask an administrator if it should be.",
    "error_server": "The assistant could not answer. Try again in a moment.",
    "error_delete": "The conversation could not be deleted. Try again in a moment.",
    "error_feedback": "Your remark could not be saved. Try again in a moment.",
    "error_copy": "Your browser did not allow the copy. Select the text and copy it yourself.",
}

_FR: Final = {
    # the page
    "title": "Contrats de maintenance et de services informatiques",
    "tagline": "Chaque réponse cite mot pour mot la bibliothèque du cabinet : fiches et clauses de droit français.",
    "notice_label": "À savoir",
    "notice": "Vous vous adressez à un assistant automatique. Informations générales, et non conseil juridique.",
    "notice_short": "Assistant automatique, sans valeur de conseil juridique.",
    "privacy": "Les avocats du cabinet peuvent lire la conversation : ni nom ni secret. Vous pouvez l'effacer à tout moment.",
    "sign_off": "Contenu en attente de validation par un avocat",
    "skip_link": "Aller à la conversation",
    "home_link": "Clausier, page d'accueil",
    "training_link": "Formation",
    "language_switch": "Langue",
    "language_en": "English",
    "language_fr": "Français",
    # asking
    "composer_label": "Votre question",
    "placeholder": "Une clause, un délai…",
    "composer_help": "Entrée envoie la question, Maj et Entrée vont à la ligne.",
    "send": "Envoyer",
    "stop": "Arrêter",
    "starters": "Par exemple",
    "starter_1": "Un délai d'intervention de quatre heures suffit-il pour une boutique en ligne ?",
    "starter_2": "Le prestataire peut-il couper notre site pour une facture impayée ?",
    "starter_3": "À qui appartient le code de notre site à la fin du contrat de maintenance ?",
    "starter_4": "Que faire si le prestataire ne respecte jamais les délais convenus ?",
    "searching": "Recherche dans la bibliothèque…",
    "stopped": "Réponse arrêtée en cours de route : elle est incomplète et ses sources n'ont pas été vérifiées.",
    "broken_off": "La réponse s'est interrompue : elle est incomplète et ses sources n'ont pas été vérifiées.",
    "answer_ready": "Réponse complète. Sources : {count}.",
    # an answer
    "conversation_label": "Conversation",
    "question_label": "Question",
    "answer_label": "Réponse",
    "refused": "Pas de réponse.",
    "reason_out_of_scope": "La question sort du domaine de la bibliothèque.",
    "reason_not_in_library": "Rien dans la bibliothèque ne permet d'appuyer une réponse.",
    "reason_needs_lawyer": "Tout dépend de votre situation : un avocat doit l'examiner.",
    "reason_unclear": "La question n'est pas assez claire. Précisez ce que vous souhaitez savoir.",
    "support_partial": "La bibliothèque n'appuie cette réponse qu'en partie.",
    "engine_extractive": "Composée par une machine avec les mots mêmes de la bibliothèque.",
    "engine_model": "Rédigée par une machine ({engine}) à partir des sources citées.",
    "sources": "Sources",
    "source_mark": "Source {n}",
    "open_source": "Lire dans la source",
    "back_to_text": "Revenir à la réponse",
    "new_tab": "s'ouvre dans un nouvel onglet",
    "unverified": "Ces mots n'ont pas pu être vérifiés dans la source.",
    "kind_guidance": "Fiche",
    "kind_clause": "Clause",
    "kind_authority": "Texte",
    "kind_quiz": "Exercice",
    "kind_document": "Document",
    "law": "Fondements juridiques",
    "status_v": "vérifié sur le texte officiel",
    "status_p": "vérifié en partie",
    "status_s": "connu par une source secondaire",
    "status_u": "non vérifié",
    "official_text": "Texte officiel",
    "follow_ups": "À demander aussi",
    "handoff": "Parlez-en à un avocat",
    "handoff_text": "Un litige, un délai qui court ou un courrier reçu appellent l'avis d'un avocat qui lise vos "
    "documents. Contactez le cabinet sans tarder ; gardez sous la main le contrat, les échanges et leurs dates.",
    # what one can do with it
    "actions": "Cette réponse",
    "copy_answer": "Copier",
    "copied": "Copié",
    "helpful": "Utile",
    "not_helpful": "Pas utile",
    "feedback_reason": "Qu'est-ce qui n'allait pas ? (facultatif)",
    "feedback_send": "Envoyer la remarque",
    "feedback_thanks": "Merci, c'est noté.",
    "delete_conversation": "Supprimer la conversation",
    "delete_title": "Supprimer cette conversation ?",
    "delete_text": "Vos questions et les réponses seront effacées pour de bon, sans retour possible.",
    "delete_confirm": "Supprimer",
    "cancel": "Annuler",
    "deleted_title": "Conversation supprimée",
    "deleted_text": "Voici le reçu. Gardez-le si une preuve vous est utile : il n'existe nulle part ailleurs.",
    "receipt_id": "Reçu",
    "receipt_conversation_id": "Conversation",
    "receipt_deleted_at": "Supprimée le",
    "receipt_turns": "Questions supprimées",
    "receipt_messages": "Messages supprimés",
    "receipt_feedback": "Remarques supprimées",
    "receipt_sha256": "Empreinte",
    # a source
    "source_label": "Source",
    "close": "Fermer",
    "loading_source": "Ouverture de la source…",
    "source_changed": "La source a changé depuis cette réponse : les mots cités n'y figurent plus tels quels.",
    "source_failed": "La source n'a pas pu être ouverte. Vérifiez votre connexion et réessayez.",
    "source_page": "Page {page}",
    "full_page": "Ouvrir sur sa propre page",
    "topics": "Sujet",
    "review_due": "Prochaine relecture",
    "review_overdue": "en retard",
    "back_to_conversation": "Revenir à la conversation",
    "back_to_workspace": "Revenir à l'espace de travail",
    # when something goes wrong
    "error_title": "Un problème est survenu",
    "error_not_found": "Il n'y a rien à cette adresse. La page a pu être déplacée ou supprimée.",
    "error_gone": "Cette conversation a été supprimée ou a expiré. Renvoyez votre question pour en commencer une autre.",
    "error_network": "La connexion a été perdue. Vérifiez-la, puis envoyez de nouveau votre question.",
    "error_too_long": "La question est trop longue. Raccourcissez-la, puis envoyez-la de nouveau.",
    "error_empty": "Écrivez d'abord une question.",
    "error_invalid": "La question n'a pas pu être lue. Modifiez-la, puis envoyez-la de nouveau.",
    "error_rate_limited": "Trop de questions en peu de temps. Réessayez dans {seconds} secondes.",
    "error_unknown": "Connectez-vous d'abord : cette page est réservée au cabinet.",
    "error_forbidden": "Cette page ne vous est pas ouverte. Voyez avec un administrateur si elle devrait l'être.",
    "error_server": "L'assistant n'a pas pu répondre. Réessayez dans un instant.",
    "error_delete": "La conversation n'a pas pu être supprimée. Réessayez dans un instant.",
    "error_feedback": "Votre remarque n'a pas pu être enregistrée. Réessayez dans un instant.",
    "error_copy": "Votre navigateur n'a pas permis la copie. Sélectionnez le texte et copiez-le vous-même.",
}


def typeset(text: str, lang: Language) -> str:
    """The text with curved apostrophes and, in French, no-break spaces at the punctuation."""
    text = text.replace("'", "\u2019")
    if lang == "fr":
        text = re.sub(r" (?=[;!?])", NARROW_NO_BREAK, text)
        text = re.sub(r" (?=[:»])|(?<=«) ", NO_BREAK, text)
    return text


MESSAGES: Final[dict[Language, dict[str, str]]] = {
    "en": {name: typeset(text, "en") for name, text in _EN.items()},
    "fr": {name: typeset(text, "fr") for name, text in _FR.items()},
}


def explain(status: int, lang: Language, seconds: int | None = None) -> str:
    """What to tell a person about a failed request; chat.js says the same."""
    names = {
        400: "error_invalid",
        401: "error_unknown",
        403: "error_forbidden",
        404: "error_not_found",
        413: "error_too_long",
        422: "error_invalid",
        429: "error_rate_limited",
    }
    return MESSAGES[lang][names.get(status, "error_server")].replace("{seconds}", str(seconds or 60))
