// An agent signs in by password, is signed in still after a reload, and out when it says so.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { voices } from "../lib/hearing.mjs";
import { Stage } from "../lib/stage.mjs";

const LOGIN = "bob@example.org";
const PASSWORD = "four odd words in a row";
// Bob is no agent of the demo: nobody gets in as him without his password.
const CONFIG = `
[[demo.agent]]
id = "carol"
name = "Carol Chen"
teams = ["billing"]
`;
const TALKING = { alice: voices("bob"), bob: voices("alice") };

/** The operator lets Bob in. */
async function employs({ server }) {
  const add = ["agent", "add", "bob", "--name", "Bob Baker", "--login", LOGIN];
  await server.operator([...add, "--team", "support=answer"]);
  await server.operator(["agent", "password", "bob"], `${PASSWORD}\n`);
}

describe("a password", () => {
  test("lets an agent in, who stays over a reload in a call and goes for good", () =>
    Stage.play("sign-in by password", ["alice", "bob"], async (stage) => {
      const { alice, bob } = stage.people;
      await employs(stage);
      await bob.openDoor();
      await bob.signInBy(LOGIN, "not his password");
      await bob.at("signin-error").waitFor();
      const login = await bob.at("signin-login").inputValue();
      assert.equal(login, LOGIN, "only the password is typed again");
      assert.equal(await bob.at("me-name").count(), 0, "nobody is in");
      await stage.shoot("wrong password");

      await bob.signInBy(LOGIN, PASSWORD);
      await bob.ready();
      assert.equal(await bob.at("me-name").textContent(), "Bob Baker");
      await alice.call("support");
      await bob.answer();
      await stage.hears("connected", TALKING);
      const [kept, ...more] = await bob.page.context().cookies();
      assert.ok(kept?.httpOnly && more.length === 0, "one cookie, which no script can read");

      const before = await bob.call();
      await bob.reload();
      await bob.at("call").waitFor();
      await stage.hears("signed in still after a reload", TALKING);
      assert.equal((await bob.call()).conversation, before.conversation, "in the same call");
      await stage.shoot("signed in still");

      await bob.press("complete");
      await bob.press("wrap-up-finish");
      await bob.ready();
      await bob.press("signout");
      await bob.at("signin-password-form").waitFor();
      await bob.reload();
      await bob.at("signin-password-form").waitFor();
      assert.deepEqual(await bob.page.context().cookies(), [], "nothing is left to go on with");
      assert.equal(await bob.at("me-name").count(), 0, "signed out for good");
      await stage.shoot("signed out");
    }, { config: CONFIG }));
});
