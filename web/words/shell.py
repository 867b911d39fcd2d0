"""Signing in, the frame of every page, the first page, the account, help."""

from typing import Final

Pair = tuple[str, str]

WORDS: Final[dict[str, Pair]] = {
    # the frame
    "workspace": ("Workspace", "Espace de travail"),
    "description": (
        "Clauses, drafts and checklists of the firm.",
        "Clauses, projets et grilles de négociation du cabinet.",
    ),
    "skip": ("Skip to the content", "Aller au contenu"),
    "menu": ("Menu", "Menu"),
    "navigation": ("Workspace", "Espace de travail"),
    "sign_out": ("Sign out", "Se déconnecter"),
    "home": ("Overview", "Accueil"),
    "library": ("Clauses", "Clauses"),
    "guidance": ("Guidance", "Fiches"),
    "draft": ("Draft", "Rédiger"),
    "agreements": ("Agreements", "Contrats"),
    "intake": ("Intake", "Besoins"),
    "checklists": ("Checklists", "Grilles"),
    "ask": ("Ask", "Interroger"),
    "conversations": ("Conversations", "Conversations"),
    "knowledge": ("Knowledge", "Fonds"),
    "accounts": ("People", "Personnes"),
    "keys": ("Keys", "Clés"),
    "audit": ("Log", "Journal"),
    "account": ("My account", "Mon compte"),
    "help": ("Help", "Aide"),
    "group_law": ("The library", "La bibliothèque"),
    "group_work": ("My work", "Mon travail"),
    "group_clients": ("Clients", "Clients"),
    "group_firm": ("The firm", "Le cabinet"),
    "public_site": ("Public site", "Site public"),
    "training": ("Training", "Formation"),
    "sign_off": (
        "Content awaiting sign-off by a qualified lawyer",
        "Contenu en attente de validation par un avocat",
    ),
    "error": ("Not done", "Rien n'a été fait"),
    "done": ("Done", "C'est fait"),
    "saved": ("Saved", "Enregistré"),
    "saving": ("Saving…", "Enregistrement…"),
    "not_saved": (
        "Not saved yet: the connection is lost. It is tried again by itself; keep this page open.",
        "Pas encore enregistré : la connexion est perdue. Un nouvel essai suivra de lui-même ; gardez la page ouverte.",
    ),
    "session_over": (
        "Your session has ended. Sign in again in another tab, then go on here: nothing is lost.",
        "Votre session a pris fin. Reconnectez-vous dans un autre onglet, puis continuez ici : rien n'est perdu.",
    ),
    "copy_text": ("Copy", "Copier"),
    "copied": ("Copied", "Copié"),
    "copy_failed": ("Select the text and copy it yourself", "Sélectionnez le texte et copiez-le vous-même"),
    "delete": ("Delete", "Supprimer"),
    "delete_sure": ("Delete for good", "Supprimer pour de bon"),
    "open": ("Open", "Ouvrir"),
    "export": ("Export", "Exporter"),
    "title": ("Title", "Titre"),
    "language_of_text": ("Language of the text", "Langue du texte"),
    "english": ("English", "anglais"),
    "french": ("French", "français"),
    "changed": ("Changed", "Modifié"),
    "nothing_yet": ("Nothing here yet.", "Rien ici pour l'instant."),
    "apply": ("Update", "Mettre à jour"),
    "overdue": ("review overdue", "relecture en retard"),
    "due_on": ("Next review", "Prochaine relecture"),
    # signing in
    "sign_in": ("Sign in", "Se connecter"),
    "sign_in_lead": (
        "For the lawyers, trainers and administrators of the firm.",
        "Pour les avocats, les formateurs et les administrateurs du cabinet.",
    ),
    "name": ("Name", "Nom"),
    "password": ("Password", "Mot de passe"),
    "sign_in_refused": (
        "Name or password is not right. Try again, or ask an administrator for another password.",
        "Le nom ou le mot de passe ne convient pas. Réessayez, ou demandez un nouveau mot de passe à un administrateur.",
    ),
    "sign_in_stale": (
        "This page was open for a long time. Send it once more.",
        "Cette page est restée ouverte longtemps. Envoyez-la une nouvelle fois.",
    ),
    "sign_in_wait": (
        "Too many attempts. Try again in {seconds} seconds.",
        "Trop d'essais. Réessayez dans {seconds} secondes.",
    ),
    # the first page
    "home_lead": (
        "The firm's clauses with their three positions, drafts from plain words, and checklists for the meeting.",
        "Les clauses du cabinet dans leurs trois positions, des projets en mots simples, des grilles pour la réunion.",
    ),
    "home_draft": ("Draft a clause", "Rédiger une clause"),
    "home_draft_text": (
        "Say what you need in plain words; change the figures and watch the text.",
        "Dites en mots simples ce qu'il vous faut ; changez les chiffres, le texte suit.",
    ),
    "home_library": ("Find a clause", "Trouver une clause"),
    "home_library_text": (
        "{count} types, each for the customer, balanced, and for the provider.",
        "{count} types, chacun pour le client, équilibré, et pour le prestataire.",
    ),
    "home_checklist": ("Prepare a meeting", "Préparer une réunion"),
    "home_checklist_text": (
        "What to ask, in which words, what to answer, what to give: to tick as you talk.",
        "Que demander, avec quels mots, que répondre, que céder : à cocher en séance.",
    ),
    "home_work": ("Your latest work", "Vos derniers travaux"),
    "home_attention": ("Calls for attention", "À surveiller"),
    "home_overdue": ("Texts overdue for review: {count}", "Textes à relire sans attendre : {count}"),
    "home_unanswered": ("Questions without an answer: {count}", "Questions restées sans réponse : {count}"),
    "home_handoffs": (
        "Conversations to hand over to a lawyer: {count}",
        "Conversations à confier à un avocat : {count}",
    ),
    "home_calm": ("Nothing calls for attention.", "Rien à signaler."),
    # the account
    "account_lead": ("Your role: {role}.", "Votre rôle : {role}."),
    "role_lawyer": ("lawyer", "avocat"),
    "role_trainer": ("trainer", "formateur"),
    "role_administrator": ("administrator", "administrateur"),
    "old_password": ("Your present password", "Votre mot de passe actuel"),
    "new_password": ("New password", "Nouveau mot de passe"),
    "password_rule": (
        "At least 12 characters, of which five differ, and not your name. Four words do well.",
        "Au moins 12 caractères, dont cinq différents, et sans votre nom. Quatre mots font l'affaire.",
    ),
    "set_password": ("Change the password", "Changer le mot de passe"),
    "password_changed": (
        "Your password is changed. Every other session has ended.",
        "Votre mot de passe est changé. Toutes vos autres sessions ont pris fin.",
    ),
    "password_wrong": ("Your present password is not right.", "Votre mot de passe actuel ne convient pas."),
    "password_weak": (
        "This password is too short, or easily guessed. Take a longer one without your name.",
        "Ce mot de passe est trop court ou se devine trop bien. Prenez-en un plus long, sans votre nom.",
    ),
    # help
    "help_lead": (
        "What each page is for, and what it does not do.",
        "À quoi sert chaque page, et ce qu'elle ne fait pas.",
    ),
    "help_library": (
        "Each type of clause has three wordings: for the customer, balanced, for the provider. Words that the balanced text "
        "does not have are marked. Change a figure and all three follow. Reasons, warning signs, the ladder and where to stop "
        "are for lawyers only; clients and trainees never see them.",
        "Chaque type de clause existe en trois rédactions : pour le client, équilibrée, pour le prestataire. Les mots que le "
        "texte équilibré n'a pas sont signalés. Changez un chiffre, les trois suivent. Les raisons, les signaux d'alerte, "
        "l'échelle de repli et le point de rupture sont réservés aux avocats ; ni les clients ni les stagiaires ne les voient.",
    ),
    "help_draft": (
        "Say which clause you need, for whom, with which figures. What was understood is shown with your own words; what fitted "
        "nothing is said too. The text is the library's, word for word but for the variables.",
        "Dites quelle clause il vous faut, pour qui, avec quels chiffres. Ce qui a été compris est montré avec vos propres mots "
        "; ce qui n'a trouvé sa place nulle part est dit aussi. Le texte est celui de la bibliothèque, mot pour mot hormis les "
        "variables.",
    ),
    "help_agreements": (
        "Add clauses as you draft them, put them in order, and export them with automatic numbers to Word.",
        "Ajoutez les clauses à mesure que vous les rédigez, ordonnez-les, exportez-les vers Word : la numérotation est "
        "automatique.",
    ),
    "help_checklists": (
        "Tick and note during the meeting, also on a phone. Each tick is kept on the server at once; without a network it waits "
        "on the page and follows. A table that was filled in elsewhere can be read back.",
        "Cochez et annotez pendant la réunion, y compris sur un téléphone. Chaque coche est gardée aussitôt sur le serveur ; "
        "sans réseau, elle attend sur la page et suit. Un tableau rempli ailleurs peut être repris.",
    ),
    "help_privacy": (
        "Your work is yours: no colleague sees it, nor does an administrator. The log says who did what and when, and nothing "
        "of any content.",
        "Votre travail est à vous : aucun collègue ne le voit, aucun administrateur non plus. Le journal dit qui a fait quoi et "
        "quand, jamais rien du contenu.",
    ),
    "help_limits": (
        "General information drawn from the library, not advice on a case. The content awaits sign-off by a qualified lawyer.",
        "Informations générales tirées de la bibliothèque, non un conseil sur un cas. Le contenu attend la validation "
        "d'un avocat.",
    ),
    "help_keys": (
        "Keyboard: Tab and Shift+Tab move, Enter opens, Space ticks. The first stop on each page skips to its content.",
        "Clavier : Tab et Maj+Tab pour se déplacer, Entrée pour ouvrir, Espace pour cocher. Le premier arrêt mène au contenu.",
    ),
    "help_privacy_title": ("Who sees what", "Qui voit quoi"),
    "help_limits_title": ("What it is not", "Ce que ce n'est pas"),
    "help_keys_title": ("Without a mouse", "Sans souris"),
    # the components
    "components": ("Components", "Composants"),
    "components_lead": (
        "Everything that pages of the workspace are made of, in one place.",
        "Tout ce dont sont faites les pages de l'espace de travail, en un seul endroit.",
    ),
}
