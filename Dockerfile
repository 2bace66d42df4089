# Without Docker, `scripts/image oci FILE` makes the same image: the files are
# those that `scripts/image root` collects, the settings those below.
FROM debian:12-slim AS build
WORKDIR /src
COPY . .
RUN scripts/setup --for package
RUN cmake --preset release -DRICOCHET_TESTS=OFF -DRICOCHET_BENCH=OFF \
      -DRICOCHET_FUZZ=OFF && scripts/image root /root-of-image

FROM scratch
COPY --from=build /root-of-image /
USER 65532:65532
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
EXPOSE 9464/tcp
STOPSIGNAL SIGTERM
LABEL org.opencontainers.image.title="ricochet"
LABEL org.opencontainers.image.licenses="Apache-2.0"
ENTRYPOINT ["/usr/bin/ricochet"]
CMD ["run", "-c", "/etc/ricochet/ricochet.toml"]
