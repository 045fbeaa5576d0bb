BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE article (
	article_id TEXT NOT NULL, 
	content_hash TEXT NOT NULL, 
	text TEXT NOT NULL, 
	title TEXT NOT NULL, 
	publisher TEXT NOT NULL, 
	url TEXT NOT NULL, 
	lang TEXT NOT NULL, 
	published TEXT, 
	CONSTRAINT pk_article PRIMARY KEY (article_id), 
	CONSTRAINT ck_article_has_an_id CHECK (article_id <> ''), 
	CONSTRAINT ck_article_published_is_a_day CHECK (published IS date(published, '+0 days')), 
	CONSTRAINT uq_article_content_hash UNIQUE (content_hash)
)
 STRICT

;
INSERT INTO "article" VALUES('a1','1:c851036cbdcb178e71ead795218809884a6b9889e91b563cc8465dec13eb8d8c','The army said that it took Palmyra from Islamic State on 2 March. Rain fell.','Palmyra retaken','Daily Example','https://example.org/palmyra','en','2017-03-05');
INSERT INTO "article" VALUES('a2','1:ad48ee7e7a4321cb74843ab2664d2364b6beba776fc3db93da17ffd24df26b4f','The army said that it took Palmyra from Islamic State on 2 March. Rain fell.','Second','Daily Example','https://example.org/palmyra','en','2017-03-05');
CREATE TABLE claim (
	claim_id TEXT NOT NULL, 
	article_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	event_type TEXT NOT NULL, 
	modality TEXT NOT NULL, 
	place TEXT NOT NULL, 
	place_kind TEXT, 
	gained_by TEXT, 
	gained_by_text TEXT, 
	lost_by TEXT, 
	lost_by_text TEXT, 
	associated TEXT NOT NULL, 
	date_start TEXT, 
	date_end TEXT, 
	date_prec INTEGER, 
	date_text TEXT, 
	date_anchor TEXT, 
	claimed_by TEXT, 
	claimant_type TEXT NOT NULL, 
	char_start INTEGER NOT NULL, 
	char_end INTEGER NOT NULL, 
	sentence TEXT NOT NULL, 
	at_trigger_start INTEGER NOT NULL, 
	at_trigger_end INTEGER NOT NULL, 
	at_place_start INTEGER NOT NULL, 
	at_place_end INTEGER NOT NULL, 
	at_gained_by_start INTEGER, 
	at_gained_by_end INTEGER, 
	at_lost_by_start INTEGER, 
	at_lost_by_end INTEGER, 
	at_date_start INTEGER, 
	at_date_end INTEGER, 
	at_claimed_by_start INTEGER, 
	at_claimed_by_end INTEGER, 
	rule TEXT NOT NULL, 
	confidence REAL NOT NULL, 
	extractor TEXT NOT NULL, 
	CONSTRAINT pk_claim PRIMARY KEY (claim_id), 
	CONSTRAINT ck_claim_at_trigger_is_a_span CHECK ((at_trigger_start IS NULL) = (at_trigger_end IS NULL) AND at_trigger_start >= 0 AND at_trigger_start <= at_trigger_end), 
	CONSTRAINT ck_claim_at_place_is_a_span CHECK ((at_place_start IS NULL) = (at_place_end IS NULL) AND at_place_start >= 0 AND at_place_start <= at_place_end), 
	CONSTRAINT ck_claim_at_gained_by_is_a_span CHECK ((at_gained_by_start IS NULL) = (at_gained_by_end IS NULL) AND at_gained_by_start >= 0 AND at_gained_by_start <= at_gained_by_end), 
	CONSTRAINT ck_claim_at_lost_by_is_a_span CHECK ((at_lost_by_start IS NULL) = (at_lost_by_end IS NULL) AND at_lost_by_start >= 0 AND at_lost_by_start <= at_lost_by_end), 
	CONSTRAINT ck_claim_at_date_is_a_span CHECK ((at_date_start IS NULL) = (at_date_end IS NULL) AND at_date_start >= 0 AND at_date_start <= at_date_end), 
	CONSTRAINT ck_claim_at_claimed_by_is_a_span CHECK ((at_claimed_by_start IS NULL) = (at_claimed_by_end IS NULL) AND at_claimed_by_start >= 0 AND at_claimed_by_start <= at_claimed_by_end), 
	CONSTRAINT uq_claim_article_id_ordinal UNIQUE (article_id, ordinal), 
	CONSTRAINT ck_claim_has_an_id CHECK (claim_id <> ''), 
	CONSTRAINT ck_claim_event_type_known CHECK (event_type IN ('captured', 'handed_over', 'withdrew', 'holds', 'advanced', 'attacked', 'repelled', 'besieged')), 
	CONSTRAINT ck_claim_modality_known CHECK (modality IN ('asserted', 'denied', 'planned')), 
	CONSTRAINT ck_claim_date_anchor_known CHECK (date_anchor IN ('absolute', 'publication', 'previous_event', 'assumed')), 
	CONSTRAINT ck_claim_claimant_type_known CHECK (claimant_type IN ('gainer', 'loser', 'ally', 'state_media', 'monitor', 'witness', 'newsroom', 'unknown')), 
	CONSTRAINT ck_claim_date_start_is_a_day CHECK (date_start IS date(date_start, '+0 days')), 
	CONSTRAINT ck_claim_date_end_is_a_day CHECK (date_end IS date(date_end, '+0 days')), 
	CONSTRAINT ck_claim_dates_in_order CHECK ((date_start IS NULL) = (date_end IS NULL) AND date_start <= date_end), 
	CONSTRAINT ck_claim_date_prec_of_ucdp CHECK (date_prec BETWEEN 1 AND 5), 
	CONSTRAINT ck_claim_is_a_span CHECK (0 <= char_start AND char_start <= char_end), 
	CONSTRAINT ck_claim_confidence_in_range CHECK (confidence BETWEEN 0 AND 1), 
	CONSTRAINT fk_claim_article_id FOREIGN KEY(article_id) REFERENCES article (article_id)
)
 STRICT

;
INSERT INTO "claim" VALUES('c1','a1',0,'captured','asserted','Palmyra',NULL,'Syrian government','The army','Islamic State','Islamic State','[]','2017-03-02','2017-03-02',1,'on 2 March','absolute','The army','gainer',0,65,'The army said that it took Palmyra from Islamic State on 2 March.',22,26,27,34,0,8,40,53,54,64,0,8,'took-from',0.9,'tests 1');
INSERT INTO "claim" VALUES('c2','a1',1,'captured','asserted','Nowhere',NULL,'Syrian government','The army','Islamic State','Islamic State','[]','2017-03-02','2017-03-02',1,'on 2 March','absolute','The army','gainer',0,65,'The army said that it took Palmyra from Islamic State on 2 March.',22,26,27,34,0,8,40,53,54,64,0,8,'took-from',0.9,'tests 1');
INSERT INTO "claim" VALUES('c3','a2',0,'captured','asserted','Palmyra',NULL,'Syrian government','The army','Islamic State','Islamic State','[]','2017-03-02','2017-03-02',1,'on 2 March','absolute','The army','gainer',0,65,'The army said that it took Palmyra from Islamic State on 2 March.',22,26,27,34,0,8,40,53,54,64,0,8,'took-from',0.9,'tests 1');
CREATE TABLE location (
	claim_id TEXT NOT NULL, 
	lon REAL, 
	lat REAL, 
	radius_m REAL, 
	where_prec INTEGER, 
	place_id TEXT, 
	name TEXT NOT NULL, 
	matched TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	candidates TEXT NOT NULL, 
	CONSTRAINT pk_location PRIMARY KEY (claim_id), 
	CONSTRAINT ck_location_matched_known CHECK (matched IN ('exact', 'fold', 'variant', 'relation', 'container', 'user', 'online', 'none')), 
	CONSTRAINT ck_location_lon_in_range CHECK (lon BETWEEN -180 AND 180), 
	CONSTRAINT ck_location_lat_in_range CHECK (lat BETWEEN -90 AND 90), 
	CONSTRAINT ck_location_radius_on_earth CHECK (radius_m BETWEEN 0 AND 20037509), 
	CONSTRAINT ck_location_where_prec_of_ucdp CHECK (where_prec BETWEEN 1 AND 6), 
	CONSTRAINT ck_location_lon_unless_not_found CHECK ((matched = 'none') = (lon IS NULL)), 
	CONSTRAINT ck_location_lat_unless_not_found CHECK ((matched = 'none') = (lat IS NULL)), 
	CONSTRAINT ck_location_radius_m_unless_not_found CHECK ((matched = 'none') = (radius_m IS NULL)), 
	CONSTRAINT ck_location_where_prec_unless_not_found CHECK ((matched = 'none') = (where_prec IS NULL)), 
	CONSTRAINT fk_location_claim_id FOREIGN KEY(claim_id) REFERENCES claim (claim_id)
)
 STRICT

;
INSERT INTO "location" VALUES('c1',38.2842,34.5601,2000.0,1,'geonames:163960','Tadmur','exact','the name stands in the gazetteer','[]');
INSERT INTO "location" VALUES('c2',NULL,NULL,NULL,NULL,NULL,'Nowhere','none','no such name','[{"place_id": "x", "name": "Nowhere", "lon": 38.0, "lat": 35.0, "country": "SY", "how": "exact", "score": 1.0}]');
INSERT INTO "location" VALUES('c3',38.25,34.5601,2000.0,1,'geonames:163960','Tadmur','exact','the name stands in the gazetteer','[]');
CREATE TABLE relation (
	claim_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	toponym TEXT NOT NULL, 
	text TEXT NOT NULL, 
	bearing TEXT, 
	distance_km REAL, 
	CONSTRAINT pk_relation PRIMARY KEY (claim_id, ordinal), 
	CONSTRAINT ck_relation_kind_known CHECK (kind IN ('container', 'reference')), 
	CONSTRAINT ck_relation_bearing_known CHECK (bearing IN ('N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE', 'S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW')), 
	CONSTRAINT ck_relation_distance_on_earth CHECK (distance_km BETWEEN 0 AND 20038), 
	CONSTRAINT fk_relation_claim_id FOREIGN KEY(claim_id) REFERENCES claim (claim_id)
)
 STRICT

;
INSERT INTO "relation" VALUES('c1',0,'container','Homs','in Homs province',NULL,NULL);
CREATE TABLE revision (
	seq INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	article_id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_revision PRIMARY KEY (seq), 
	CONSTRAINT ck_revision_kind_known CHECK (kind IN ('article')), 
	CONSTRAINT ck_revision_at_is_a_moment CHECK (substr(at, 1, 10) IS date(substr(at, 1, 10), '+0 days') AND datetime(at) IS NOT NULL AND at LIKE '%+00:00'), 
	CONSTRAINT fk_revision_article_id FOREIGN KEY(article_id) REFERENCES article (article_id)
)
 STRICT

;
INSERT INTO "revision" VALUES(1,'2026-11-22T12:00:00.000000+00:00','article','a1','6ef7f0c56e494ba0a228817a5678399f36495e203637854e38e61de78acf92ab');
INSERT INTO "revision" VALUES(2,'2026-11-23T00:00:00.000000+00:00','article','a2','bcb5e8919147465c88df2b3783eb3aa3f2eecf9bce04650b490e51e70ec10591');
COMMIT;
PRAGMA application_id = 1414087749;
