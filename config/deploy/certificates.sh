#!/usr/bin/env bash
# Makes Elasticsearch's certificate and the authority that signs it, where they are not there yet. Runs as root in
# Elasticsearch's own image, before Elasticsearch.
#   $CERTIFICATES  the authority's key (root's only), the node's key and certificate: for Elasticsearch alone
#   $AUTHORITY     the authority's certificate: for everybody who asks Elasticsearch
#   $SNAPSHOTS     made writable for Elasticsearch's account
set -euo pipefail
umask 077

certificates=${CERTIFICATES:-/certificates}
authority=${AUTHORITY:-/authority}
snapshots=${SNAPSHOTS:-/snapshots}
account=${ELASTICSEARCH_ACCOUNT:-1000:0} # of the image; Kibana's and Airflow's share the group
certutil=${CERTUTIL:-/usr/share/elasticsearch/bin/elasticsearch-certutil}

draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT

if [[ ! -s $certificates/ca.key || ! -s $certificates/ca.crt ]]; then
	echo "making a certificate authority"
	"$certutil" ca --silent --pem --days 3650 --out "$draft/ca.zip"
	unzip -q "$draft/ca.zip" -d "$draft"
	cp "$draft/ca/ca.key" "$certificates/ca.key"
	cp "$draft/ca/ca.crt" "$certificates/ca.crt"
	rm -f "$certificates/elasticsearch.crt"
fi

if [[ ! -s $certificates/elasticsearch.crt ]]; then
	echo "making Elasticsearch's certificate"
	"$certutil" cert --silent --pem --days 1095 --name elasticsearch \
		--dns elasticsearch,localhost --ip 127.0.0.1 \
		--ca-cert "$certificates/ca.crt" --ca-key "$certificates/ca.key" --out "$draft/node.zip"
	unzip -q "$draft/node.zip" -d "$draft"
	cp "$draft/elasticsearch/elasticsearch.key" "$certificates/elasticsearch.key"
	# The certificate last: where it is, the key is, too.
	cp "$draft/elasticsearch/elasticsearch.crt" "$certificates/elasticsearch.crt"
fi

cp "$certificates/ca.crt" "$authority/ca.crt"
chmod 644 "$authority/ca.crt"
chmod 755 "$authority"
chown "$account" "$certificates" "$certificates"/elasticsearch.* "$certificates/ca.crt" "$snapshots"
chmod 750 "$certificates" "$snapshots"
chmod 640 "$certificates"/elasticsearch.* "$certificates/ca.crt"
chmod 600 "$certificates/ca.key"
echo "certificates are in place"
