// Without a connection the pages of reporting open as the one that was kept for the person who signed in here last.

const offline = new URL(self.location).searchParams.get("page");
const PARTS = ["script", "style", "font"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  const kept = (key) => caches.match(key).then((found) => found ?? Response.error());
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(offline)));
  else if (PARTS.includes(request.destination)) event.respondWith(fetch(request).catch(() => kept(request)));
});
