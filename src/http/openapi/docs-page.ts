/** Where it is. */
export const at = "/docs";

/** What a browser loads first; `base` is where the rest is, from where it stands. */
export const page = (base: string): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<title>benchd</title>
<link rel="stylesheet" type="text/css" href="${base}/static/swagger-ui.css">
<link rel="stylesheet" type="text/css" href="${base}/static/index.css">
<link rel="icon" type="image/png" href="${base}/static/favicon-32x32.png" sizes="32x32">
<link rel="icon" type="image/png" href="${base}/static/favicon-16x16.png" sizes="16x16">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${base}/static/swagger-ui-bundle.js"></script>
<script src="${base}/static/swagger-initializer.js"></script>
</body>
</html>
`;

/** Runs in the page. Nobody is asked whether the document is good. */
export const initializer = `window.onload = () => {
  const resolveUrl = (url) => {
    const [here] = window.location.href.split("#", 1);
    return new URL(url, here.endsWith("/") ? here : here + "/").href;
  };
  SwaggerUIBundle({
    dom_id: "#swagger-ui",
    url: resolveUrl('./json'),
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
    layout: "BaseLayout",
    docExpansion: "none",
    filter: true,
    showExtensions: true,
    tryItOutEnabled: false,
    validatorUrl: null,
  });
};
`;
