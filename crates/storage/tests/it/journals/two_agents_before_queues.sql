-- A journal as it was written before queues had places and anybody could observe: Bob has invited
-- Carol, is back with Alice, and a snapshot was taken on the way.
CREATE TABLE conversation (
    conversation INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
INSERT INTO "event" VALUES(1,1767225601000,'{"agent_signed_in":{"agent":"bob","name":"Bob","teams":["support"]}}',3025301046798843884);
INSERT INTO "event" VALUES(2,1767225602000,'{"leg_connected":{"person":"agent:bob"}}',7801032183451461457);
INSERT INTO "event" VALUES(3,1767225603000,'{"agent_signed_in":{"agent":"carol","name":"Carol","teams":["billing"]}}',3239603282287292838);
INSERT INTO "event" VALUES(4,1767225604000,'{"leg_connected":{"person":"agent:carol"}}',-6289665131375673951);
INSERT INTO "event" VALUES(5,1767225605000,'{"customer_arrived":{"customer":"alice","name":"Alice"}}',8784151815458498094);
INSERT INTO "event" VALUES(6,1767225606000,'{"leg_connected":{"person":"customer:alice"}}',-2460595899437729511);
INSERT INTO "event" VALUES(7,1767225607000,'{"conversation_started":{"conversation":"c1","medium":"voice","customer":"alice","name":"Alice","team":"support","arriving_until":null}}',-4719075335881462405);
INSERT INTO "event" VALUES(8,1767225607000,'{"offer_opened":{"conversation":"c1","offer":"o1","origin":"queue","target":{"team":"support"},"note":null,"expires_at":null}}',-3816312666125615803);
INSERT INTO "event" VALUES(9,1767225607000,'{"candidate_rung":{"conversation":"c1","offer":"o1","candidate":"bob","until":1767225627000}}',4034052453383086287);
INSERT INTO "event" VALUES(10,1767225608000,'{"offer_accepted":{"conversation":"c1","offer":"o1","agent":"bob","name":"Bob"}}',1275094767697006199);
INSERT INTO "event" VALUES(11,1767225609000,'{"offer_opened":{"conversation":"c1","offer":"o2","origin":{"invite":{"initiator":"bob","hold":"now","on_failure":"resume"}},"target":{"team":"billing"},"note":"an invoice","expires_at":1767225699000}}',-140631932044586989);
INSERT INTO "event" VALUES(12,1767225609000,'{"hold_placed":{"conversation":"c1","participant":"customer:alice","by":"agent:bob","cause":{"consult":{"on_failure":"resume"}}}}',1056011301917964532);
INSERT INTO "event" VALUES(13,1767225609000,'{"candidate_rung":{"conversation":"c1","offer":"o2","candidate":"carol","until":1767225629000}}',-5356597454694971896);
INSERT INTO "event" VALUES(14,1767225610000,'{"candidate_failed":{"conversation":"c1","offer":"o2","candidate":"carol","failure":"declined","text":"one moment"}}',800183598115389628);
INSERT INTO "event" VALUES(15,1767225610000,'{"offer_ended":{"conversation":"c1","offer":"o2","initiator":"bob","target":{"team":"billing"},"candidate":null,"end":"declined","text":"one moment"}}',-477256249702809273);
INSERT INTO "event" VALUES(16,1767225610000,'{"hold_lifted":{"conversation":"c1","participant":"customer:alice"}}',-1263047642716630646);
INSERT INTO "event" VALUES(17,1767225611000,'{"participant_muted":{"conversation":"c1","participant":"agent:bob","muted":"self"}}',1380890043090173656);
INSERT INTO "event" VALUES(18,1767225612000,'{"participant_unmuted":{"conversation":"c1","participant":"agent:bob"}}',-7594827469242262991);
INSERT INTO "event" VALUES(19,1767225613000,'{"offer_opened":{"conversation":"c1","offer":"o3","origin":{"invite":{"initiator":"bob","hold":"on_answer","on_failure":"resume"}},"target":{"agent":"carol"},"note":null,"expires_at":null}}',-1828138229168212715);
INSERT INTO "event" VALUES(20,1767225613000,'{"candidate_rung":{"conversation":"c1","offer":"o3","candidate":"carol","until":1767225633000}}',-6647115902443017418);
INSERT INTO "event" VALUES(21,1767225614000,'{"offer_accepted":{"conversation":"c1","offer":"o3","agent":"carol","name":"Carol"}}',8807648976704360777);
INSERT INTO "event" VALUES(22,1767225614000,'{"hold_placed":{"conversation":"c1","participant":"customer:alice","by":"agent:bob","cause":{"consult":{"on_failure":"resume"}}}}',8596948487715262635);
INSERT INTO "event" VALUES(23,1767225615000,'{"participant_muted":{"conversation":"c1","participant":"agent:carol","muted":"self"}}',-8788812144370770768);
INSERT INTO "event" VALUES(24,1767225616000,'{"hold_lifted":{"conversation":"c1","participant":"customer:alice"}}',-3963909777896714207);
INSERT INTO "event" VALUES(25,1767225616000,'{"hold_placed":{"conversation":"c1","participant":"agent:carol","by":"agent:bob","cause":{"consult":{"on_failure":"resume"}}}}',7805279686469673312);
CREATE TABLE journal (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    head INTEGER NOT NULL
) STRICT;
INSERT INTO "journal" VALUES(1,25);
CREATE TABLE snapshot (
    head INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
INSERT INTO "snapshot" VALUES(23,'{"agents":{"bob":{"name":"Bob","teams":["support"],"session":"open","status":{"status":"present"},"leg":true,"place":{"seated":"c1"},"wrap_up":null,"idle_since":1767225602000,"missed":0},"carol":{"name":"Carol","teams":["billing"],"session":"open","status":{"status":"present"},"leg":true,"place":{"seated":"c1"},"wrap_up":null,"idle_since":1767225604000,"missed":0}},"customers":{"alice":{"name":"Alice","session":true,"leg":true,"seat":"c1"}},"conversations":{"c1":{"id":"c1","medium":"voice","customer":"alice","team":"support","version":17,"started_at":1767225607000,"answered_at":1767225608000,"participants":{"agent:bob":{"name":"Bob","role":"agent","presence":"joined","hold":null,"muted":null,"audience":"everyone","joined_at":1767225608000,"since":1767225608000},"agent:carol":{"name":"Carol","role":"agent","presence":"joined","hold":null,"muted":"self","audience":"everyone","joined_at":1767225614000,"since":1767225614000},"customer:alice":{"name":"Alice","role":"customer","presence":"joined","hold":{"by":"agent:bob","cause":{"consult":{"on_failure":"resume"}},"since":1767225614000},"muted":null,"audience":"everyone","joined_at":1767225607000,"since":1767225607000}},"offer":null,"care":{"attended":{"owner":"bob"}},"customer_gone":null,"served":["bob","carol"],"rung":["bob","carol"],"note":"an invoice"}},"next_conversation":2,"next_offer":4,"as_of":1767225615000}',6900185049611628781);
PRAGMA application_id = 1416783206;
PRAGMA user_version = 1;
