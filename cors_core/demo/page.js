"use strict";
/* Draws the cases, sends their requests when asked to, and shows what the browser said of each.
   Opened as `/?check`, it runs all of them and reports what it observed to the server that it came from. */

const cases = JSON.parse(document.getElementById("data").textContent);
const BLOCKED = "blocked";
const PATIENCE = 15_000; // milliseconds that one request may take

/** Returns a new element; `content` is text or other elements, never markup. */
function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

// What is sent

function request(step) {
  const lines = [`${step.method} ${step.url}`];
  for (const [name, value] of Object.entries(step.headers)) lines.push(`${name}: ${value}`);
  if (step.body) lines.push("", step.body);
  return lines.join("\n");
}

function circumstances(step) {
  const how = step.events ? "new EventSource" : `fetch, credentials: ${step.credentials}`;
  if (step.own) return `${how} · same origin`;
  return `${how} · ${step.preflighted ? "preflight first" : "no preflight"}`;
}

// What the browser says

/** Sends one fetch; returns what a script could see of the answer. */
async function fetched(step) {
  const { method, headers, credentials } = step;
  const body = step.body ?? undefined;
  try {
    const response = await fetch(step.url, { method, headers, credentials, body, signal: AbortSignal.timeout(PATIENCE) });
    const text = await response.text();
    const readable = step.reads.filter((name) => response.headers.has(name));
    const hidden = step.reads.filter((name) => !response.headers.has(name));
    return {
      observed: [response.status, ...readable].join(", "),
      status: `${response.status} ${response.statusText}`,
      headers: [...response.headers],
      readable: readable.map((name) => name.toLowerCase()),
      hidden: hidden.map((name) => name.toLowerCase()),
      text,
    };
  } catch (error) {
    return { observed: error.name === "TypeError" ? BLOCKED : error.name, error: String(error) };
  }
}

/** Opens one EventSource; returns the events and whether they came one by one. */
function listened(step) {
  return new Promise((resolve) => {
    const source = new EventSource(step.url);
    const begin = performance.now();
    const times = [];
    const lines = [];
    const finish = (result) => {
      clearTimeout(timer);
      source.close();
      resolve(result);
    };
    const timer = setTimeout(() => finish({ observed: "timeout", error: "no answer in time" }), PATIENCE);
    source.onmessage = (event) => {
      times.push(performance.now() - begin);
      lines.push(`${event.data}, after ${Math.round(times.at(-1))} ms`);
      if (times.length < 3) return;
      const how = times[2] - times[0] > 100 ? "streamed" : "all at once";
      finish({ observed: `3 events, ${how}`, status: `3 events, ${how}`, headers: [], hidden: [], text: lines.join("\n") });
    };
    source.onerror = () => finish({ observed: BLOCKED, error: "error event, without a reason" });
  });
}

function together(outcomes) {
  const same = outcomes.length > 1 && new Set(outcomes).size === 1;
  return same ? `all ${outcomes.length} ${outcomes[0]}` : outcomes.join(", then ");
}

// What is shown

function answer(step, result) {
  const said = element("div", "said");
  if (result.error) {
    said.append(element("p", "status", result.error));
    const what = step.preflighted
      ? "Without permission in the preflight's answer, the browser does not send the request."
      : "The API may well have answered; the browser keeps the answer from this page.";
    said.append(element("p", "", `${what} Scripts never learn why; the console (F12) says it.`));
    return said;
  }
  said.append(element("p", "status", result.status), element("pre", "", result.text.trim()));
  const list = element("ul", "headers");
  for (const [name, value] of result.headers) {
    list.append(element("li", result.readable.includes(name) ? "asked" : "", `${name}: ${value}`));
  }
  for (const name of result.hidden) list.append(element("li", "hidden", `${name}: not readable`));
  if (list.childElementCount) said.append(element("p", "label", "Headers that the script can read"), list);
  return said;
}

function verdict(one, observed) {
  const blocked = observed.includes(BLOCKED);
  if (observed !== one.expected) {
    return element("p", "verdict-line surprise", `✗ Surprise: ${observed}. Expected: ${one.expected}.`);
  }
  const sentence = blocked ? "As expected: on this origin the policy does not allow it." : "As expected.";
  return element("p", "verdict-line expected", `✓ ${sentence}`);
}

/** Draws a case; returns a function that runs it and resolves to what was observed. */
function draw(one) {
  const button = element("button", "", "Send");
  const title = element("h2", "", one.title);
  title.id = `title-${one.key}`;
  button.setAttribute("aria-label", `Send: ${one.title}`);
  const steps = element("div", "steps");
  const heading = element("header", "", title, button);
  const card = element("section", one.steps.length > 1 ? "case several" : "case", heading, element("p", "why", one.why), steps);
  card.setAttribute("aria-labelledby", title.id);
  const slots = one.steps.map((step) => {
    const slot = element("div", "");
    steps.append(element("div", "", element("p", "label", circumstances(step)), element("pre", "", request(step)), slot));
    return slot;
  });
  const conclusion = element("div", "");
  conclusion.setAttribute("role", "status");
  card.append(conclusion);
  document.getElementById("cases").append(card);

  async function run() {
    button.disabled = true;
    for (const slot of [...slots, conclusion]) slot.replaceChildren();
    const observed = [];
    for (const [index, step] of one.steps.entries()) {
      const result = await (step.events ? listened(step) : fetched(step));
      observed.push(result.observed);
      slots[index].append(element("p", "label", "The browser said"), answer(step, result));
    }
    const summary = together(observed);
    conclusion.append(verdict(one, summary));
    button.disabled = false;
    return summary;
  }
  button.addEventListener("click", run);
  return run;
}

const runs = new Map(cases.map((one) => [one, draw(one)]));

/** Runs every case, one after the other; resolves to what was observed, by key. */
async function runAll() {
  const button = document.getElementById("all");
  button.disabled = true;
  const observed = {};
  for (const [one, run] of runs) observed[one.key] = await run();
  const surprises = cases.filter((one) => observed[one.key] !== one.expected).length;
  document.getElementById("summary").textContent = surprises
    ? `Surprises: ${surprises} of ${cases.length} cases.`
    : `All ${cases.length} went as expected on this origin.`;
  button.disabled = false;
  return observed;
}

document.getElementById("all").addEventListener("click", runAll);

if (new URLSearchParams(location.search).has("check")) {
  runAll().then((observed) =>
    fetch("/report", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(observed) }),
  );
}
