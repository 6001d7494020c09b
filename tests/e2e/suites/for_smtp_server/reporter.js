"use strict";
// mocha --reporter: an object per test, as suites/outcomes.py has them, to the file SUITES_OBSERVED.

const fs = require("fs");
const { started } = require("./server");

module.exports = class {
  constructor(runner) {
    const observed = new Map();
    // What a hook throws, and what comes late, is about the test all the same: this process runs one.
    const note = (test, passed, detail) => {
      const before = observed.get(test);
      if (!before || before.passed) observed.set(test, { test, passed, reached: started() > 0, detail, words: [] });
    };
    let title = "";
    const find = (group) => group.eachTest((test) => runner._grep.test(test.fullTitle()) && (title = test.fullTitle()));
    runner.on("start", () => find(runner.suite));
    runner.on("pass", (test) => note(test.fullTitle(), true, ""));
    runner.on("pending", (test) => note(test.fullTitle(), false, "skipped by the suite itself"));
    runner.on("fail", (failed, error) => note(title, false, `${failed.type}: ${error.message}`.slice(0, 700)));
    runner.on("end", () => fs.writeFileSync(process.env.SUITES_OBSERVED, JSON.stringify([...observed.values()], null, 1)));
  }
};
