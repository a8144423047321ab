// What a page does in a case, and what it can tell of it. `play` runs many cases at once, each step by step.

const PATIENCE = 20000;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function body({body, type}) {
  return body === undefined || type === undefined ? body : new Blob([body], {type});
}

const ACTS = {
  async fetch(step) {
    const response = await fetch(step.url, {...step.init, body: body(step)});
    await response.arrayBuffer();
    const {type, status, redirected, headers} = response;
    return {type, status, redirected, headers: [...headers.keys()]};
  },
  upload: (step) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(step.init.method, step.url);
    request.withCredentials = step.init.credentials === "include";
    step.init.headers.forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = () => {};
    request.onerror = reject;
    request.onload = () => resolve({
      status: request.status,
      headers: request.getAllResponseHeaders().trim().split("\r\n").filter(Boolean).map((line) => line.split(":")[0]),
    });
    request.send(body(step) ?? null);
  }),
  events: (step) => new Promise((resolve, reject) => {
    const events = new EventSource(step.url, {withCredentials: step.init.credentials === "include"});
    events.onopen = () => { events.close(); resolve({}); };
    events.onerror = () => { events.close(); reject(); };
  }),
  image: (step) => element("img", step),
  script: (step) => element("script", step),
  module: (step) => element("script", step, {type: "module"}),
  async beacon(step) {
    navigator.sendBeacon(step.url, body(step));
    await pause(1500);  // nobody tells a page when a beacon has arrived
    return {};
  },
};

function element(name, step, more = {}) {
  return new Promise((resolve, reject) => {
    const node = Object.assign(document.createElement(name), more);
    if (step.crossorigin) node.crossOrigin = step.crossorigin;
    node.onload = () => resolve({});
    node.onerror = reject;
    node.src = step.url;
    document.body.append(node);
  });
}

async function act(step) {
  await pause(step.wait * 1000);
  const late = pause(PATIENCE).then(() => ({type: "timeout"}));
  return Promise.race([ACTS[step.kind](step).catch(() => ({error: true})), late]);
}

async function play(cases, together) {
  const told = {};
  const waiting = [...cases];
  const player = async () => {
    for (let next; (next = waiting.shift());) {
      told[next.id] = [];
      for (const step of next.steps) told[next.id].push(await act(step));
    }
  };
  await Promise.all(Array.from({length: together}, player));
  return told;
}

// Run code that posts its result in a frame with an opaque origin.
function frame(kind, code) {
  const html = `<!doctype html><meta charset="utf-8"><body><script>${code}<\/script>`;
  const node = document.createElement("iframe");
  if (kind === "data") {
    node.src = `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
  } else {
    node.sandbox = "allow-scripts";
    node.srcdoc = html;
  }
  return new Promise((resolve) => {
    addEventListener("message", (event) => { node.remove(); resolve(event.data); }, {once: true});
    document.body.append(node);
  });
}
