"""Conversations, what is known, people, keys, the log."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # asking as a lawyer
    "ask_lead": (
        "Asked as a lawyer: answers may quote internal notes. What you ask here is kept with the conversations.",
        "Vous interrogez en avocat : les réponses peuvent citer des notes internes. "
        "Vos questions sont gardées parmi les conversations.",
    ),
    # conversations
    "conversations_lead": (
        "What people asked, and where a lawyer should call back. Reading one is noted in the log.",
        "Ce qui a été demandé, et où un avocat devrait rappeler. Chaque lecture est notée au journal.",
    ),
    "which": ("Show", "Afficher"),
    "which_all": ("All", "Toutes"),
    "which_handoff": ("To hand over to a lawyer", "À confier à un avocat"),
    "which_unanswered": ("Without an answer", "Sans réponse"),
    "which_down": ("Judged unhelpful", "Jugées inutiles"),
    "turns_count": ("Questions: {count}", "Questions : {count}"),
    "flag_handoff": ("hand over", "à confier"),
    "flag_unanswered": ("no answer", "sans réponse"),
    "flag_down": ("unhelpful", "inutile"),
    "flag_lawyer": ("asked by a lawyer", "demandée par un avocat"),
    "conversation": ("Conversation", "Conversation"),
    "kept_until": (
        "Deleted by itself after {days} days of silence.",
        "Effacée d'elle-même après {days} jours de silence.",
    ),
    # knowledge
    "knowledge_lead": (
        "What answers are drawn from: the library, and what the firm took in.",
        "Ce dont les réponses sont tirées : la bibliothèque, et ce que le cabinet a versé.",
    ),
    "knowledge_overdue": ("Overdue for review", "À relire"),
    "knowledge_unanswered": ("What could not be answered", "Ce qui est resté sans réponse"),
    "knowledge_firm": ("Documents of the firm", "Documents du cabinet"),
    "knowledge_library": ("The library", "La bibliothèque"),
    "knowledge_counts": (
        "Guidance texts: {guidance}. Clause types: {clauses}. Authorities: {authorities}.",
        "Fiches : {guidance}. Types de clauses : {clauses}. Textes et décisions : {authorities}.",
    ),
    "knowledge_how": (
        "Documents are taken in on the machine itself: clausier ingest, and erased there: clausier forget.",
        "Les documents se versent sur la machine même : clausier ingest ; ils s'y effacent : clausier forget.",
    ),
    "document": ("Document", "Document"),
    "language": ("Language", "Langue"),
    "visibility": ("Visible to", "Visible par"),
    "visibility_public": ("everyone", "tous"),
    "visibility_internal": ("lawyers", "avocats"),
    "passages": ("Passages", "Passages"),
    "taken_in": ("Taken in", "Versé le"),
    # people
    "accounts_lead": (
        "Who may sign in, and as what. A change of role or password ends the sessions of the person.",
        "Qui peut se connecter, et à quel titre. Changer un rôle ou un mot de passe met fin aux sessions de la personne.",
    ),
    "new_account": ("A new account", "Un nouveau compte"),
    "role": ("Role", "Rôle"),
    "since": ("Since", "Depuis"),
    "state": ("State", "État"),
    "disabled": ("disabled", "désactivé"),
    "disable": ("Disable", "Désactiver"),
    "enable": ("Enable", "Réactiver"),
    "set_role": ("Set the role", "Fixer le rôle"),
    "reset_password": ("Another password", "Nouveau mot de passe"),
    "last_administrator": (
        "This is the last administrator. Make another one first.",
        "C'est le dernier administrateur. Nommez-en d'abord un autre.",
    ),
    "account_wrong": (
        "This account cannot be made: the name is taken or has other signs than letters, digits and . @ + _ -, or the password "
        "is too weak.",
        "Ce compte ne peut être créé : le nom est pris ou comporte d'autres signes que lettres, chiffres et . @ + _ -, ou le mot "
        "de passe est trop faible.",
    ),
    # keys
    "keys_lead": (
        "For programs of the firm: they send it as “Authorization: Bearer”. A key can do what its scopes say, and nothing else.",
        "Pour les programmes du cabinet, qui l'envoient ainsi : « Authorization: Bearer ». Une clé ne peut que ce que disent ses "
        "droits.",
    ),
    "new_key": ("A new key", "Une nouvelle clé"),
    "program": ("Program", "Programme"),
    "scopes": ("Scopes", "Droits"),
    "scope_lawyer": (
        "What a lawyer may ask and draft, internal notes included",
        "Ce qu'un avocat peut demander et rédiger, notes internes comprises",
    ),
    "scope_trainer": ("The trainers' figures", "Les chiffres des formateurs"),
    "scope_conversations": ("Conversations", "Conversations"),
    "no_scope": ("none: what anyone may do", "aucun : ce que chacun peut faire"),
    "key_made": (
        "Copy this key now: it is shown this once, and kept nowhere.",
        "Copiez cette clé maintenant : elle n'est montrée que cette fois et n'est gardée nulle part.",
    ),
    "key_wrong": ("A key needs a name of at most 64 characters.", "Une clé demande un nom de 64 caractères au plus."),
    "made_by": ("Made by", "Créée par"),
    "last_used": ("Last used", "Dernier usage"),
    "never": ("never", "jamais"),
    "revoke": ("Revoke", "Révoquer"),
    "revoked": ("revoked", "révoquée"),
    # the log
    "audit_lead": (
        "Who did what, and when. Names and numbers only, no content.",
        "Qui a fait quoi, et quand. Des noms et des numéros, aucun contenu.",
    ),
    "when": ("When", "Quand"),
    "who": ("Who", "Qui"),
    "what": ("What", "Quoi"),
    "which_thing": ("To what", "Sur quoi"),
    "older": ("Older", "Plus ancien"),
    "did_signed-in": ("signed in", "connexion"),
    "did_sign-in-refused": ("sign-in refused", "connexion refusée"),
    "did_signed-out": ("signed out", "déconnexion"),
    "did_account-added": ("account added", "compte créé"),
    "did_role-set": ("role set", "rôle fixé"),
    "did_account-disabled": ("account disabled", "compte désactivé"),
    "did_account-enabled": ("account enabled", "compte réactivé"),
    "did_password-set": ("password set", "mot de passe changé"),
    "did_key-made": ("key made", "clé créée"),
    "did_key-revoked": ("key revoked", "clé révoquée"),
    "did_conversation-read": ("conversation read", "conversation lue"),
    "did_work-made": ("work begun", "travail commencé"),
    "did_work-exported": ("work exported", "travail exporté"),
    "did_work-deleted": ("work deleted", "travail supprimé"),
}
