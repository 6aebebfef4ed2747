// What the server tells a page once, under a name that tells the content (mvae/ui/experts/once.py): other messages name it.

const REMEMBERED = 4; // the page's own inputs may change

const told = new Map(); // name -> {promise, resolve}

/** Returns a promise of the values of a name, which are on their way if they are not there. */
export function valuesOf(name) {
  if (!told.has(name)) {
    let resolve;
    const promise = new Promise((heard) => { resolve = heard; });
    told.set(name, { promise, resolve });
    if (told.size > REMEMBERED) told.delete(told.keys().next().value);
  }
  return told.get(name).promise;
}

/** Takes what the server says, as the live pages do. */
export async function live() {
  return {
    hear: ({ name, values }) => {
      valuesOf(name);
      told.get(name).resolve(values);
    },
    stop: () => {},
  };
}
