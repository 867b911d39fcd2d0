BEGIN;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE state (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE document (
	id TEXT NOT NULL, 
	uri TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	lang TEXT NOT NULL, 
	visibility TEXT NOT NULL, 
	topics JSON NOT NULL, 
	text TEXT NOT NULL, 
	review_due TEXT, 
	added_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE passage (
	"row" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	document_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	role TEXT NOT NULL, 
	title TEXT NOT NULL, 
	heading JSON NOT NULL, 
	lang TEXT NOT NULL, 
	topics JSON NOT NULL, 
	visibility TEXT NOT NULL, 
	text TEXT NOT NULL, 
	embedded TEXT NOT NULL, 
	uri TEXT NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	page INTEGER, 
	authorities JSON NOT NULL, 
	figures JSON NOT NULL, 
	vector BLOB NOT NULL, 
	UNIQUE (id), 
	FOREIGN KEY(document_id) REFERENCES document (id) ON DELETE CASCADE
);
CREATE INDEX ix_passage_document_id ON passage (document_id);
CREATE VIRTUAL TABLE terms_public_en USING fts5(stems, cognates, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary_public_en USING fts5vocab(terms_public_en, 'col');
CREATE VIRTUAL TABLE terms_public_fr USING fts5(stems, cognates, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary_public_fr USING fts5vocab(terms_public_fr, 'col');
CREATE VIRTUAL TABLE terms_internal_en USING fts5(stems, cognates, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary_internal_en USING fts5vocab(terms_internal_en, 'col');
CREATE VIRTUAL TABLE terms_internal_fr USING fts5(stems, cognates, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary_internal_fr USING fts5vocab(terms_internal_fr, 'col');
CREATE TABLE example (
	id INTEGER NOT NULL, 
	label TEXT NOT NULL, 
	lang TEXT NOT NULL, 
	text TEXT NOT NULL, 
	vector BLOB NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE conversation (
	id TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	last_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_conversation_last_at ON conversation (last_at);
CREATE TABLE turn (
	id TEXT NOT NULL, 
	conversation_id TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	question TEXT NOT NULL, 
	answer JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
CREATE INDEX ix_turn_conversation_id ON turn (conversation_id);
CREATE TABLE feedback (
	turn_id TEXT NOT NULL, 
	given_at TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	reason TEXT, 
	PRIMARY KEY (turn_id), 
	FOREIGN KEY(turn_id) REFERENCES turn (id) ON DELETE CASCADE
);
CREATE TABLE account (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	password TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	disabled_at TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE session (
	digest TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	PRIMARY KEY (digest), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX ix_session_account_id ON session (account_id);
CREATE TABLE api_key (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	scopes JSON NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by TEXT NOT NULL, 
	used_on TEXT, 
	revoked_at TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (digest)
);
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	target TEXT NOT NULL
);
CREATE INDEX ix_audit_at ON audit (at);
CREATE TABLE work (
	id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	changed_at TEXT NOT NULL, 
	content JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX ix_work_account_id ON work (account_id);
CREATE TABLE cohort (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	code TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name), 
	UNIQUE (code)
);
CREATE TABLE learner (
	id TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	cohort_id TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(cohort_id) REFERENCES cohort (id) ON DELETE SET NULL
);
CREATE INDEX ix_learner_seen_at ON learner (seen_at);
CREATE INDEX ix_learner_cohort_id ON learner (cohort_id);
CREATE TABLE sitting (
	id TEXT NOT NULL, 
	learner_id TEXT NOT NULL, 
	seed TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	finished_at TEXT, 
	score FLOAT, 
	certificate TEXT, 
	bearer TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(learner_id) REFERENCES learner (id) ON DELETE CASCADE, 
	UNIQUE (certificate)
);
CREATE INDEX ix_sitting_learner_id ON sitting (learner_id);
CREATE TABLE attempt (
	id TEXT NOT NULL, 
	learner_id TEXT NOT NULL, 
	sitting_id TEXT, 
	place INTEGER, 
	item_id TEXT NOT NULL, 
	topic TEXT NOT NULL, 
	objective TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	seed TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	answered_at TEXT, 
	response JSON, 
	chosen JSON, 
	score FLOAT, 
	sure INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(learner_id) REFERENCES learner (id) ON DELETE CASCADE, 
	FOREIGN KEY(sitting_id) REFERENCES sitting (id) ON DELETE CASCADE
);
CREATE INDEX ix_attempt_learner_id ON attempt (learner_id);
CREATE INDEX ix_attempt_sitting_id ON attempt (sitting_id);
CREATE INDEX ix_attempt_item_id ON attempt (item_id);
CREATE TABLE review (
	id TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	name TEXT NOT NULL, 
	lang TEXT NOT NULL, 
	content TEXT NOT NULL, 
	memo TEXT NOT NULL, 
	file BLOB NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_review_created_at ON review (created_at);
CREATE TABLE forgetting (
	id TEXT NOT NULL, 
	learner_id TEXT, 
	parameters TEXT NOT NULL, 
	reviews INTEGER NOT NULL, 
	fitted_at TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(learner_id) REFERENCES learner (id) ON DELETE CASCADE
);
CREATE TABLE site (
	id TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	content TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE visit (
	conversation_id TEXT NOT NULL, 
	site_id TEXT NOT NULL, 
	session TEXT NOT NULL, 
	PRIMARY KEY (conversation_id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
	UNIQUE (session)
);
CREATE TABLE budget (
	"key" TEXT NOT NULL, 
	began INTEGER NOT NULL, 
	used INTEGER NOT NULL, 
	PRIMARY KEY ("key", began)
);
CREATE TABLE handoff (
	number TEXT NOT NULL, 
	site_id TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	changed_at TEXT NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	message TEXT NOT NULL, 
	lang TEXT NOT NULL, 
	conversation_id TEXT, 
	state TEXT NOT NULL, 
	taken_by TEXT, 
	mailed_at TEXT, 
	mail_at TEXT, 
	mail_tries INTEGER NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE SET NULL
);
CREATE INDEX ix_handoff_changed_at ON handoff (changed_at);
CREATE INDEX ix_handoff_mail_at ON handoff (mail_at);
CREATE INDEX ix_handoff_state ON handoff (state);
CREATE INDEX ix_handoff_conversation_id ON handoff (conversation_id);
CREATE TABLE sign_in (
	"key" TEXT NOT NULL, 
	at TEXT NOT NULL
);
CREATE INDEX ix_sign_in_key_at ON sign_in ("key", at);
CREATE TABLE model_use (
	day TEXT NOT NULL, 
	model TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	calls INTEGER NOT NULL, 
	failed INTEGER NOT NULL, 
	sent INTEGER NOT NULL, 
	received INTEGER NOT NULL, 
	cost FLOAT NOT NULL, 
	PRIMARY KEY (day, model, purpose)
);
CREATE TABLE model_permit (
	place TEXT NOT NULL, 
	granted_by TEXT NOT NULL, 
	granted_at TEXT NOT NULL, 
	PRIMARY KEY (place)
);
INSERT INTO alembic_version ("version_num") VALUES ('0007');
INSERT INTO state ("key", "value") VALUES ('revision', '6');
INSERT INTO document ("id", "uri", "sha256", "kind", "title", "lang", "visibility", "topics", "text", "review_due", "added_at") VALUES ('public-en', 'public-en.txt', '0', 'document', 'public-en', 'en', 'public', '[]', 'The fee is due monthly.

Either party may end the contract.', NULL, '2026-03-01T12:00:00+00:00');
INSERT INTO document ("id", "uri", "sha256", "kind", "title", "lang", "visibility", "topics", "text", "review_due", "added_at") VALUES ('public-fr', 'public-fr.txt', '0', 'document', 'public-fr', 'fr', 'public', '[]', 'Le prix est payé « à échéance ».

Chaque partie peut résilier le contrat.', NULL, '2026-03-01T12:00:00+00:00');
INSERT INTO document ("id", "uri", "sha256", "kind", "title", "lang", "visibility", "topics", "text", "review_due", "added_at") VALUES ('internal-en', 'internal-en.txt', '0', 'document', 'internal-en', 'en', 'internal', '[]', 'The firm settles at nineteen percent.', NULL, '2026-03-01T12:00:00+00:00');
INSERT INTO document ("id", "uri", "sha256", "kind", "title", "lang", "visibility", "topics", "text", "review_due", "added_at") VALUES ('internal-fr', 'internal-fr.txt', '0', 'document', 'internal-fr', 'fr', 'internal', '[]', 'Le cabinet transige à dix-neuf pour cent.', NULL, '2026-03-01T12:00:00+00:00');
INSERT INTO passage ("row", "id", "document_id", "ordinal", "kind", "role", "title", "heading", "lang", "topics", "visibility", "text", "embedded", "uri", "start", "end", "page", "authorities", "figures", "vector") VALUES (1, 'public-en.0', 'public-en', 0, 'document', 'text', 'public-en', '[]', 'en', '[]', 'public', 'The fee is due monthly.', 'The fee is due monthly.', 'public-en.txt', 0, 23, NULL, '[]', '[]', X'F1D4233C000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000B9FC7F3F0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO passage ("row", "id", "document_id", "ordinal", "kind", "role", "title", "heading", "lang", "topics", "visibility", "text", "embedded", "uri", "start", "end", "page", "authorities", "figures", "vector") VALUES (2, 'public-en.1', 'public-en', 1, 'document', 'text', 'public-en', '[]', 'en', '[]', 'public', 'Either party may end the contract.', 'Either party may end the contract.', 'public-en.txt', 25, 59, NULL, '[]', '[]', X'D82EBD3B00000000000000000000000000000000000000000000000099CC133F000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000099CC13BF00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000099CC133F00000000000000000000000000000000');
INSERT INTO passage ("row", "id", "document_id", "ordinal", "kind", "role", "title", "heading", "lang", "topics", "visibility", "text", "embedded", "uri", "start", "end", "page", "authorities", "figures", "vector") VALUES (3, 'public-fr.0', 'public-fr', 0, 'document', 'text', 'public-fr', '[]', 'fr', '[]', 'public', 'Le prix est payé « à échéance ».', 'Le prix est payé « à échéance ».', 'public-fr.txt', 0, 32, NULL, '[]', '[]', X'D82EBD3B000000000000000099CC13BF00000000000000000000000000000000000000000000000000000000000000000000000099CC133F0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000099CC13BF000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO passage ("row", "id", "document_id", "ordinal", "kind", "role", "title", "heading", "lang", "topics", "visibility", "text", "embedded", "uri", "start", "end", "page", "authorities", "figures", "vector") VALUES (4, 'public-fr.1', 'public-fr', 1, 'document', 'text', 'public-fr', '[]', 'fr', '[]', 'public', 'Chaque partie peut résilier le contrat.', 'Chaque partie peut résilier le contrat.', 'public-fr.txt', 34, 73, NULL, '[]', '[]', X'9F8A923B00000000000000000000000000000000000000000000000098F8E43E000000000000000000000000000000000000000000000000000000000000000000000000000000000000000098F8E4BE00000000000000000000000098F8E43E000000000000000098F8E43E000000000000000000000000000000000000000000000000000000000000000098F8E4BE00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO passage ("row", "id", "document_id", "ordinal", "kind", "role", "title", "heading", "lang", "topics", "visibility", "text", "embedded", "uri", "start", "end", "page", "authorities", "figures", "vector") VALUES (5, 'internal-en.0', 'internal-en', 0, 'document', 'text', 'internal-en', '[]', 'en', '[]', 'internal', 'The firm settles at nineteen percent.', 'The firm settles at nineteen percent.', 'internal-en.txt', 0, 37, NULL, '[]', '[]', X'84D6A33B0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000002EFFFF3E00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000002EFFFFBE000000000000000000000000000000000000000000000000000000000000000000000000000000002EFFFF3E0000000000000000000000000000000000000000000000002EFFFF3E0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO passage ("row", "id", "document_id", "ordinal", "kind", "role", "title", "heading", "lang", "topics", "visibility", "text", "embedded", "uri", "start", "end", "page", "authorities", "figures", "vector") VALUES (6, 'internal-fr.0', 'internal-fr', 0, 'document', 'text', 'internal-fr', '[]', 'fr', '[]', 'internal', 'Le cabinet transige à dix-neuf pour cent.', 'Le cabinet transige à dix-neuf pour cent.', 'internal-fr.txt', 0, 41, NULL, '[]', '[]', X'9F8A923B00000000000000000000000000000000000000000000000098F8E43E00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000098F8E43E000000000000000000000000000000000000000098F8E4BE0000000000000000000000000000000000000000000000000000000098F8E43E00000000000000000000000098F8E43E00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence ("name", "seq") VALUES ('passage', 6);
INSERT INTO sqlite_sequence ("name", "seq") VALUES ('audit', 7);
INSERT INTO terms_public_en ("rowid", "stems", "cognates") VALUES (1, 'fee due month', 'month');
INSERT INTO terms_public_en ("rowid", "stems", "cognates") VALUES (2, 'either parti may end contract', 'eithe party contr');
INSERT INTO terms_public_fr ("rowid", "stems", "cognates") VALUES (3, 'prix pai échéanc', 'prix paye echea');
INSERT INTO terms_public_fr ("rowid", "stems", "cognates") VALUES (4, 'chaqu part peut résili contrat', 'chaqu parti peut resil contr');
INSERT INTO terms_internal_en ("rowid", "stems", "cognates") VALUES (5, 'firm settl nineteen percent', 'firm settl ninet perce');
INSERT INTO terms_internal_fr ("rowid", "stems", "cognates") VALUES (6, 'cabinet transig dix neuf cent', 'cabin trans neuf cent');
INSERT INTO example ("id", "label", "lang", "text", "vector") VALUES (7, 'example.label é', 'example.lang é', 'example.text é', X'0001FF00');
INSERT INTO conversation ("id", "started_at", "last_at") VALUES ('conversation.id é', 'conversation.started_at é', 'conversation.last_at é');
INSERT INTO turn ("id", "conversation_id", "asked_at", "question", "answer") VALUES ('turn.id é', 'conversation.id é', 'turn.asked_at é', 'turn.question é', '{"said": "é"}');
INSERT INTO feedback ("turn_id", "given_at", "verdict", "reason") VALUES ('turn.id é', 'feedback.given_at é', 'feedback.verdict é', 'feedback.reason é');
INSERT INTO account ("id", "name", "role", "password", "created_at", "disabled_at") VALUES ('account.id é', 'account.name é', 'account.role é', 'account.password é', 'account.created_at é', 'account.disabled_at é');
INSERT INTO session ("digest", "account_id", "created_at", "seen_at") VALUES ('session.digest é', 'account.id é', 'session.created_at é', 'session.seen_at é');
INSERT INTO api_key ("id", "name", "digest", "scopes", "created_at", "created_by", "used_on", "revoked_at") VALUES ('api_key.id é', 'api_key.name é', 'api_key.digest é', '{"said": "é"}', 'api_key.created_at é', 'api_key.created_by é', 'api_key.used_on é', 'api_key.revoked_at é');
INSERT INTO audit ("id", "at", "actor", "action", "target") VALUES (7, 'audit.at é', 'audit.actor é', 'audit.action é', 'audit.target é');
INSERT INTO work ("id", "account_id", "kind", "title", "created_at", "changed_at", "content") VALUES ('work.id é', 'account.id é', 'work.kind é', 'work.title é', 'work.created_at é', 'work.changed_at é', '{"said": "é"}');
INSERT INTO cohort ("id", "name", "code", "created_at") VALUES ('cohort.id é', 'cohort.name é', 'cohort.code é', 'cohort.created_at é');
INSERT INTO learner ("id", "created_at", "seen_at", "cohort_id") VALUES ('learner.id é', 'learner.created_at é', 'learner.seen_at é', 'cohort.id é');
INSERT INTO sitting ("id", "learner_id", "seed", "started_at", "finished_at", "score", "certificate", "bearer") VALUES ('sitting.id é', 'learner.id é', 'sitting.seed é', 'sitting.started_at é', 'sitting.finished_at é', 7.0, 'sitting.certificate é', 'sitting.bearer é');
INSERT INTO attempt ("id", "learner_id", "sitting_id", "place", "item_id", "topic", "objective", "mode", "seed", "asked_at", "answered_at", "response", "chosen", "score", "sure") VALUES ('attempt.id é', 'learner.id é', 'sitting.id é', 7, 'attempt.item_id é', 'attempt.topic é', 'attempt.objective é', 'attempt.mode é', 'attempt.seed é', 'attempt.asked_at é', 'attempt.answered_at é', '{"said": "é"}', '{"said": "é"}', 7.0, 7);
INSERT INTO review ("id", "created_at", "name", "lang", "content", "memo", "file") VALUES ('review.id é', 'review.created_at é', 'review.name é', 'review.lang é', 'review.content é', 'review.memo é', X'0001FF00');
INSERT INTO forgetting ("id", "learner_id", "parameters", "reviews", "fitted_at") VALUES ('forgetting.id é', 'learner.id é', 'forgetting.parameters é', 7, 'forgetting.fitted_at é');
INSERT INTO site ("id", "created_at", "content") VALUES ('site.id é', 'site.created_at é', 'site.content é');
INSERT INTO visit ("conversation_id", "site_id", "session") VALUES ('conversation.id é', 'visit.site_id é', 'visit.session é');
INSERT INTO budget ("key", "began", "used") VALUES ('budget.key é', 7, 7);
INSERT INTO handoff ("number", "site_id", "created_at", "changed_at", "name", "email", "phone", "message", "lang", "conversation_id", "state", "taken_by", "mailed_at", "mail_at", "mail_tries") VALUES ('handoff.number é', 'handoff.site_id é', 'handoff.created_at é', 'handoff.changed_at é', 'handoff.name é', 'handoff.email é', 'handoff.phone é', 'handoff.message é', 'handoff.lang é', 'conversation.id é', 'handoff.state é', 'handoff.taken_by é', 'handoff.mailed_at é', 'handoff.mail_at é', 7);
INSERT INTO sign_in ("key", "at") VALUES ('sign_in.key é', 'sign_in.at é');
INSERT INTO model_use ("day", "model", "purpose", "calls", "failed", "sent", "received", "cost") VALUES ('model_use.day é', 'model_use.model é', 'model_use.purpose é', 7, 7, 7, 7, 7.0);
INSERT INTO model_permit ("place", "granted_by", "granted_at") VALUES ('model_permit.place é', 'model_permit.granted_by é', 'model_permit.granted_at é');
COMMIT;
