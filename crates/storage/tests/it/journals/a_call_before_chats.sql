-- A journal as it was written before there were chats, by a server that was killed: two calls are
-- over, one of them had a second agent, and in a third an agent has just answered.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE journal (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    head INTEGER NOT NULL
) STRICT;
INSERT INTO journal VALUES(1,53);
CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
INSERT INTO event VALUES(1,1795247895240,'{"server_restarted":{"graces":{"lease":1795247910240,"seat":1795247925240,"customer":1795247915240,"queue":1795247955240,"floor":1795247905240}}}',-3554550419320476279);
INSERT INTO event VALUES(2,1795247898914,'{"agent_signed_in":{"agent":"load-6556-first-0","name":"load-6556-first-0","teams":{"support":{"answer":true,"listen":false,"manage":false}}}}',402139337473535395);
INSERT INTO event VALUES(3,1795247898924,'{"status_changed":{"agent":"load-6556-first-0","status":{"status":"away","reason":"break"},"source":"agent"}}',-3116470050199934749);
INSERT INTO event VALUES(4,1795247898950,'{"leg_connected":{"person":"agent:load-6556-first-0"}}',8415691424799066895);
INSERT INTO event VALUES(5,1795247899014,'{"agent_signed_in":{"agent":"load-6556-second-0","name":"load-6556-second-0","teams":{"billing":{"answer":true,"listen":false,"manage":false}}}}',5217924277700588420);
INSERT INTO event VALUES(6,1795247899029,'{"leg_connected":{"person":"agent:load-6556-second-0"}}',4801730062303243962);
INSERT INTO event VALUES(7,1795247899114,'{"customer_arrived":{"customer":"load-6556-customer-0","name":"load-6556-customer-0","priority":0}}',-54338397361431284);
INSERT INTO event VALUES(8,1795247899145,'{"leg_connected":{"person":"customer:load-6556-customer-0"}}',6587040486271707084);
INSERT INTO event VALUES(9,1795247899171,'{"status_changed":{"agent":"load-6556-first-0","status":{"status":"present"},"source":"agent"}}',-625041168628959021);
INSERT INTO event VALUES(10,1795247899184,'{"conversation_started":{"conversation":"c1","medium":"voice","customer":"load-6556-customer-0","name":"load-6556-customer-0","team":"support","priority":0,"overflow_at":null,"arriving_until":null}}',-3553736785586225352);
INSERT INTO event VALUES(11,1795247899184,'{"offer_opened":{"conversation":"c1","offer":"o1","origin":"queue","target":{"team":"support"},"note":null,"expires_at":null}}',7694048613399157805);
INSERT INTO event VALUES(12,1795247899184,'{"candidate_rung":{"conversation":"c1","offer":"o1","candidate":"load-6556-first-0","until":1795247919184}}',1897957077663343581);
INSERT INTO event VALUES(13,1795247899204,'{"offer_accepted":{"conversation":"c1","offer":"o1","agent":"load-6556-first-0","name":"load-6556-first-0","rescinded":[]}}',-6439394098290466390);
INSERT INTO event VALUES(14,1795247901225,'{"offer_opened":{"conversation":"c1","offer":"o2","origin":{"invite":{"initiator":"load-6556-first-0","hold":"on_answer","on_failure":"resume"}},"target":{"agent":"load-6556-second-0"},"note":null,"expires_at":null}}',-4410326742312896532);
INSERT INTO event VALUES(15,1795247901225,'{"candidate_rung":{"conversation":"c1","offer":"o2","candidate":"load-6556-second-0","until":1795247921225}}',-2684651614623370113);
INSERT INTO event VALUES(16,1795247901750,'{"offer_accepted":{"conversation":"c1","offer":"o2","agent":"load-6556-second-0","name":"load-6556-second-0","rescinded":[]}}',-5575100673916964542);
INSERT INTO event VALUES(17,1795247901750,'{"hold_placed":{"conversation":"c1","participant":"customer:load-6556-customer-0","by":"agent:load-6556-first-0","cause":{"consult":{"on_failure":"resume"}}}}',-8716986712323107711);
INSERT INTO event VALUES(18,1795247903769,'{"hold_lifted":{"conversation":"c1","participant":"customer:load-6556-customer-0"}}',8571378385414898379);
INSERT INTO event VALUES(19,1795247905772,'{"participant_left":{"conversation":"c1","participant":"agent:load-6556-first-0","departure":"left","phase":"three_way"}}',2243754269220021230);
INSERT INTO event VALUES(20,1795247905772,'{"wrap_up_started":{"agent":"load-6556-first-0","conversation":"c1","until":1795247935772}}',-6951308194210316009);
INSERT INTO event VALUES(21,1795247905772,'{"owner_changed":{"conversation":"c1","owner":"load-6556-second-0"}}',-7358273514424143294);
INSERT INTO event VALUES(22,1795247907779,'{"conversation_ended":{"conversation":"c1","reason":"customer_left","by":"customer:load-6556-customer-0","phase":"connected","forget_at":1795247967779}}',-1231026269996172649);
INSERT INTO event VALUES(23,1795247907779,'{"wrap_up_started":{"agent":"load-6556-second-0","conversation":"c1","until":1795247937779}}',7593206222552874692);
INSERT INTO event VALUES(24,1795247907804,'{"status_changed":{"agent":"load-6556-first-0","status":{"status":"away","reason":"break"},"source":"agent"}}',3037420634298118028);
INSERT INTO event VALUES(25,1795247907821,'{"wrap_up_ended":{"agent":"load-6556-first-0","end":"finished"}}',-5445315233563684466);
INSERT INTO event VALUES(26,1795247907839,'{"wrap_up_ended":{"agent":"load-6556-second-0","end":"finished"}}',6212329154895895787);
INSERT INTO event VALUES(27,1795247907841,'{"status_changed":{"agent":"load-6556-first-0","status":{"status":"present"},"source":"agent"}}',-1138191760084066711);
INSERT INTO event VALUES(28,1795247907855,'{"conversation_started":{"conversation":"c2","medium":"voice","customer":"load-6556-customer-0","name":"load-6556-customer-0","team":"support","priority":0,"overflow_at":null,"arriving_until":null}}',6548595401684596612);
INSERT INTO event VALUES(29,1795247907855,'{"offer_opened":{"conversation":"c2","offer":"o3","origin":"queue","target":{"team":"support"},"note":null,"expires_at":null}}',-476108246855017817);
INSERT INTO event VALUES(30,1795247907855,'{"candidate_rung":{"conversation":"c2","offer":"o3","candidate":"load-6556-first-0","until":1795247927855}}',-8900191041709897195);
INSERT INTO event VALUES(31,1795247907867,'{"offer_accepted":{"conversation":"c2","offer":"o3","agent":"load-6556-first-0","name":"load-6556-first-0","rescinded":[]}}',8952334747150739340);
INSERT INTO event VALUES(32,1795247908273,'{"conversation_ended":{"conversation":"c2","reason":"customer_left","by":"customer:load-6556-customer-0","phase":"connected","forget_at":1795247968273}}',-789164192148693524);
INSERT INTO event VALUES(33,1795247908273,'{"wrap_up_started":{"agent":"load-6556-first-0","conversation":"c2","until":1795247938273}}',3461712802472916903);
INSERT INTO event VALUES(34,1795247908274,'{"status_changed":{"agent":"load-6556-first-0","status":{"status":"away","reason":"break"},"source":"agent"}}',-1773736740858483566);
INSERT INTO event VALUES(35,1795247908275,'{"wrap_up_ended":{"agent":"load-6556-first-0","end":"finished"}}',-7271311358875029284);
INSERT INTO event VALUES(36,1795247909077,'{"leg_disconnected":{"person":"customer:load-6556-customer-0"}}',-2530253932117883922);
INSERT INTO event VALUES(37,1795247909090,'{"leg_disconnected":{"person":"agent:load-6556-first-0"}}',8428805836736907561);
INSERT INTO event VALUES(38,1795247909098,'{"customer_session_closed":{"customer":"load-6556-customer-0"}}',3054999958477715584);
INSERT INTO event VALUES(39,1795247909106,'{"leg_disconnected":{"person":"agent:load-6556-second-0"}}',-3340714656305338923);
INSERT INTO event VALUES(40,1795247909106,'{"agent_session_closed":{"agent":"load-6556-first-0","until":1795247924106}}',5555007292675947373);
INSERT INTO event VALUES(41,1795247909121,'{"agent_session_closed":{"agent":"load-6556-second-0","until":1795247924121}}',-3249502101550613883);
INSERT INTO event VALUES(42,1795247924123,'{"agent_signed_out":{"agent":"load-6556-first-0"}}',-8902715770670571980);
INSERT INTO event VALUES(43,1795247924123,'{"agent_signed_out":{"agent":"load-6556-second-0"}}',-148389856694001429);
INSERT INTO event VALUES(44,1795247926203,'{"agent_signed_in":{"agent":"load-11286-first-0","name":"load-11286-first-0","teams":{"support":{"answer":true,"listen":false,"manage":false}}}}',-1947309133696288934);
INSERT INTO event VALUES(45,1795247926307,'{"status_changed":{"agent":"load-11286-first-0","status":{"status":"away","reason":"break"},"source":"agent"}}',6863628508431862381);
INSERT INTO event VALUES(46,1795247926394,'{"leg_connected":{"person":"agent:load-11286-first-0"}}',7190534339311983266);
INSERT INTO event VALUES(47,1795247926410,'{"customer_arrived":{"customer":"load-11286-customer-0","name":"load-11286-customer-0","priority":0}}',-7016129922864321415);
INSERT INTO event VALUES(48,1795247926445,'{"leg_connected":{"person":"customer:load-11286-customer-0"}}',7819770280461619730);
INSERT INTO event VALUES(49,1795247926452,'{"status_changed":{"agent":"load-11286-first-0","status":{"status":"present"},"source":"agent"}}',-3326200925716351146);
INSERT INTO event VALUES(50,1795247926464,'{"conversation_started":{"conversation":"c3","medium":"voice","customer":"load-11286-customer-0","name":"load-11286-customer-0","team":"support","priority":0,"overflow_at":null,"arriving_until":null}}',-4869998308909595328);
INSERT INTO event VALUES(51,1795247926464,'{"offer_opened":{"conversation":"c3","offer":"o4","origin":"queue","target":{"team":"support"},"note":null,"expires_at":null}}',51296183913105638);
INSERT INTO event VALUES(52,1795247926464,'{"candidate_rung":{"conversation":"c3","offer":"o4","candidate":"load-11286-first-0","until":1795247946464}}',2473916702638215355);
INSERT INTO event VALUES(53,1795247926480,'{"offer_accepted":{"conversation":"c3","offer":"o4","agent":"load-11286-first-0","name":"load-11286-first-0","rescinded":[]}}',-7386272804745683225);
CREATE TABLE snapshot (
    head INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
CREATE TABLE conversation (
    conversation INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
INSERT INTO conversation VALUES(1,'{"id":"c1","medium":"voice","team":"support","customer":"load-6556-customer-0","agents":["load-6556-first-0","load-6556-second-0"],"started_at":1795247899184,"answered_at":1795247899204,"customer_left_at":null,"ended_at":1795247907779,"reason":"customer_left","ended_by":"customer:load-6556-customer-0","phase":"connected","customer_time":{"queue_ms":20,"wait_ms":0,"talk_ms":6556,"hold_ms":2019,"lost_ms":0},"segments":[{"agent":"load-6556-first-0","role":"agent","started_at":1795247899184,"joined_at":1795247899204,"ended_at":1795247905772,"end":"left","closed_at":1795247907821,"ring_ms":20,"talk_ms":4549,"hold_ms":0,"consult_ms":2019,"lost_ms":0,"wrap_up_ms":2049},{"agent":"load-6556-second-0","role":"agent","started_at":1795247901225,"joined_at":1795247901750,"ended_at":1795247907779,"end":"ended","closed_at":1795247907839,"ring_ms":525,"talk_ms":4010,"hold_ms":0,"consult_ms":2019,"lost_ms":0,"wrap_up_ms":60}],"segments_left_out":0,"missed":{},"is_final":true}',2323812083439116014);
INSERT INTO conversation VALUES(2,'{"id":"c2","medium":"voice","team":"support","customer":"load-6556-customer-0","agents":["load-6556-first-0"],"started_at":1795247907855,"answered_at":1795247907867,"customer_left_at":null,"ended_at":1795247908273,"reason":"customer_left","ended_by":"customer:load-6556-customer-0","phase":"connected","customer_time":{"queue_ms":12,"wait_ms":0,"talk_ms":406,"hold_ms":0,"lost_ms":0},"segments":[{"agent":"load-6556-first-0","role":"agent","started_at":1795247907855,"joined_at":1795247907867,"ended_at":1795247908273,"end":"ended","closed_at":1795247908275,"ring_ms":12,"talk_ms":406,"hold_ms":0,"consult_ms":0,"lost_ms":0,"wrap_up_ms":2}],"segments_left_out":0,"missed":{},"is_final":true}',-6778167506185573062);
CREATE TABLE directory (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO directory VALUES(1,1);
CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    password TEXT,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE team (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO team VALUES('billing','{"id":"billing","name":"Billing","ringing":"longest_idle","delivery":"push","when_nobody":"reject","when_closed":"refuse","priority":0}',4424315067383282089);
INSERT INTO team VALUES('sales','{"id":"sales","name":"Sales","ringing":"longest_idle","delivery":"push","when_nobody":"reject","when_closed":"refuse","priority":0}',-1614627477280961445);
INSERT INTO team VALUES('support','{"id":"support","name":"Support","ringing":"longest_idle","delivery":"push","when_nobody":"reject","when_closed":"refuse","priority":0}',3388467117402618497);
CREATE TABLE channel (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
INSERT INTO audit VALUES(1,1795247895149,'operator','[{"change":"team_created","team":{"id":"support","name":"Support","ringing":"longest_idle","delivery":"push","when_nobody":"reject","when_closed":"refuse","priority":0}},{"change":"team_created","team":{"id":"billing","name":"Billing","ringing":"longest_idle","delivery":"push","when_nobody":"reject","when_closed":"refuse","priority":0}},{"change":"team_created","team":{"id":"sales","name":"Sales","ringing":"longest_idle","delivery":"push","when_nobody":"reject","when_closed":"refuse","priority":0}}]',5414188397255323119);
CREATE TABLE sign_in (
    family BLOB PRIMARY KEY,
    agent TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    started_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sqlite_sequence VALUES('audit',1);
CREATE INDEX audit_at ON audit (at_ms);
CREATE INDEX sign_in_agent ON sign_in (agent, started_ms);
CREATE INDEX sign_in_expires ON sign_in (expires_ms);
COMMIT;
PRAGMA application_id = 1416783206;
PRAGMA user_version = 2;
