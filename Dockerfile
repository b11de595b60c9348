# Two stages: the first builds with the development packages, the second runs without them.
FROM node:20-bookworm-slim AS build
WORKDIR /consentry
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /consentry
COPY --from=build /consentry/node_modules ./node_modules
COPY --from=build /consentry/dist ./dist
COPY package.json ./
COPY scripts/consentry.js ./scripts/consentry.js
COPY flows ./flows
COPY prompts ./prompts
RUN mkdir /data && chown node:node /data
# PostgreSQL refuses to run as root, and so should everything else.
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "dist/main.js", "serve"]
