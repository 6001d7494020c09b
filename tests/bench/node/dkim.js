// dkim.js: reads {letter (latin-1), verify, count, domain, selector, key, algorithm, record} from stdin, signs or
// verifies the letter so often with mailauth. Writes {"seconds": s}.
const fs = require("node:fs");
const { dkimSign } = require("mailauth/lib/dkim/sign");
const { dkimVerify } = require("mailauth/lib/dkim/verify");

async function main() {
  const task = JSON.parse(fs.readFileSync(0, "utf8"));
  const letter = Buffer.from(task.letter, "latin1");
  const sign = async () => {
    const result = await dkimSign(letter, {
      canonicalization: "relaxed/relaxed",
      signatureData: [
        { signingDomain: task.domain, selector: task.selector, privateKey: task.key, algorithm: task.algorithm },
      ],
    });
    if (result.errors.length) throw result.errors[0].err;
  };
  const verify = async () => {
    const { results } = await dkimVerify(letter, { resolver: async () => [[task.record]] });
    if (results[0].status.result !== "pass") throw new Error(JSON.stringify(results[0].status));
  };
  const once = task.verify ? verify : sign;
  await once();
  const begin = process.hrtime.bigint();
  for (let i = 0; i < task.count; i++) await once();
  console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - begin) / 1e9 }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
