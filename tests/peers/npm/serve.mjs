// Renders ZPL for the tests: a JSON object a line in ({zpl, width_mm, height_mm, dots_per_mm}), one a line out
// ({labels: [PNG as base64, ...]} or {error}). The one argument is the folder whose node_modules holds the renderer.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const found = createRequire(resolve(process.argv[2], "from-here.js"));
const { ready } = found("zpl-renderer-js");
const { api } = await ready;
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  try {
    const { zpl, width_mm, height_mm, dots_per_mm } = asked;
    say({ labels: await api.zplToBase64MultipleAsync(zpl, width_mm, height_mm, dots_per_mm) });
  } catch (error) {
    say({ error: String(error) });
  }
}
process.exit(0);
