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
INSERT INTO alembic_version ("version_num") VALUES ('0001');
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
COMMIT;
