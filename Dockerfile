# An image of the package: npm ci && npm pack && docker build -t latchkey .
FROM node:24-slim
COPY latchkey-*.tgz /tmp/
RUN npm install --global --omit=dev --no-audit --no-fund /tmp/latchkey-*.tgz && rm /tmp/latchkey-*.tgz
RUN mkdir -p /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4566
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:4566/_latchkey/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["latchkey"]
CMD ["start", "--host", "0.0.0.0", "--data", "/data"]
