#!/usr/bin/env bash
# Makes the bases that the images are tested on, from Debian's packages and the Envoy of the venv: no registry of images is
# needed.  bases.sh FOLDER ENVOY
#
# FOLDER gets client.tar (Debian with curl, and Redis under Valkey's names), runtime.tar (libc and certificates, what distroless/cc has) and envoy.tar (the
# same with Envoy). They are kept while this script stays the same.
set -euo pipefail
folder=$1 envoy=$2
mark=$(cat "$0" | sha256sum | cut -c1-16)-$(sha256sum < "$envoy" | cut -c1-16)
[ ! -e "$folder/$mark" ] || exit 0
mkdir -p "$folder"
rm -rf "${folder:?}"/*

debian=$folder/debian
debootstrap --variant=minbase --include=ca-certificates,curl,redis-tools bookworm "$debian" > "$folder/log"
# One binary is server and tools, by the name that it is called by.
ln -s /usr/bin/redis-check-rdb "$debian/usr/local/bin/valkey-server"
ln -s /usr/bin/redis-cli "$debian/usr/local/bin/valkey-cli"
install -d -o 999 -g 1000 "$debian/data"
tar --numeric-owner -C "$debian" -cf "$folder/client.tar" .

root=$folder/root
mkdir -p "$root"/{etc/ssl/certs,tmp,home/nonroot,usr/local/bin,lib64}
chmod 1777 "$root/tmp"
chown 65532:65532 "$root/home/nonroot"
echo 'root:x:0:0:root:/root:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' > "$root/etc/passwd"
echo 'root:x:0:
nonroot:x:65532:' > "$root/etc/group"
cp "$debian/etc/ssl/certs/ca-certificates.crt" "$root/etc/ssl/certs/"
for library in $(chroot "$debian" dpkg -L libc6 libgcc-s1 | grep '\.so'); do
  [ -f "$debian$library" ] || continue
  mkdir -p "$root$(dirname "$library")"
  cp -a "$debian$library" "$root$library"
done
cp -L --remove-destination "$debian/lib64/ld-linux-x86-64.so.2" "$root/lib64/"
tar --numeric-owner -C "$root" -cf "$folder/runtime.tar" .
install -m 0755 "$envoy" "$root/usr/local/bin/envoy"
tar --numeric-owner -C "$root" -cf "$folder/envoy.tar" .
rm -rf "$debian" "$root"
touch "$folder/$mark"
