# The server with its web app. What of this could be tried without Docker, and what not: docs/operations/running.md.
FROM node:24.21.0-bookworm-slim AS manifests
WORKDIR /haversack
COPY package.json package-lock.json ./
COPY contract/package.json contract/
COPY backend/package.json backend/
COPY mobile/package.json mobile/
COPY publisher/package.json publisher/
COPY e2e/package.json e2e/
COPY simulation/package.json simulation/

FROM manifests AS built
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build-web.mjs && node scripts/build-server.mjs

FROM manifests AS packages
RUN npm ci --omit=dev --workspace=backend --workspace=contract --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data WEB_DIR=/haversack/web
WORKDIR /haversack
COPY --from=packages /haversack/node_modules node_modules
COPY --from=packages /haversack/backend/node_modules backend/node_modules
COPY package.json ./
COPY contract contract
COPY backend backend
COPY --from=built /haversack/backend/dist backend/dist
COPY --from=built /haversack/build/web web
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||8080)+'/api/v1/health').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Not through npm, which would not hand on the signal to stop.
CMD ["node", "--max-semi-space-size=2", "--heap-growing-percent=25", "backend/dist/main.js"]
