"use strict";

const docs = document.getElementById("docs");

SwaggerUIBundle({
  url: docs.dataset.schema,
  domNode: docs,
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  // Who has signed in on the pages may try the writing calls out too.
  requestInterceptor: (request) => {
    if (!["GET", "HEAD", undefined].includes(request.method) && new URL(request.url, location).origin === location.origin) {
      request.headers["X-CSRFToken"] = docs.dataset.csrfToken;
    }
    return request;
  },
});
