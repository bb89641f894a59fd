//! An authenticator of our own, written from the WebAuthn specification (level 2, sections 6 and 7).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;

/// A passkey in the hands of a person.
#[derive(Clone)]
pub struct SoftKey {
    pub(super) key: SigningKey,
    pub(super) id: Vec<u8>,
    /// Whose it is, as the site said when it was made.
    pub(super) user_handle: String,
    /// Where the browser thinks that it is.
    pub origin: String,
    /// Goes up with every signature.
    pub counter: u32,
    /// Whether the authenticator makes sure of the person.
    pub verifies_user: bool,
}

impl SoftKey {
    /// Makes a passkey for what the site asks; answers it with the credential in JSON.
    pub fn create(origin: &str, public_key: &Value) -> (Self, Value) {
        let random = || *uuid::Uuid::new_v4().as_bytes();
        let key = SigningKey::from_slice(&[random(), random()].concat()).unwrap();
        let mut made = Self {
            key,
            id: random().to_vec(),
            user_handle: public_key["user"]["id"].as_str().unwrap().to_owned(),
            origin: origin.to_owned(),
            counter: 1,
            verifies_user: true,
        };
        let answer = made.attest(public_key);
        (made, answer)
    }

    /// Offers this passkey for what the site asks.
    pub fn attest(&mut self, public_key: &Value) -> Value {
        let point = self.key.verifying_key().to_encoded_point(false);
        let mut data = self.authenticator_data(public_key["rp"]["id"].as_str().unwrap(), ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        // CBOR: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 32]);
        data.extend(point.y().unwrap());
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt");
        object.push(0x64);
        object.extend(b"none");
        object.push(0x67);
        object.extend(b"attStmt");
        object.extend([0xa0, 0x68]);
        object.extend(b"authData");
        object.push(0x59);
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        self.credential(json!({
            "attestationObject": encode(&object),
            "clientDataJSON": encode(&self.client_data("webauthn.create", public_key)),
        }))
    }

    /// Signs what the site asks.
    pub fn get(&mut self, public_key: &Value) -> Value {
        self.counter += 1;
        let data = self.authenticator_data(public_key["rpId"].as_str().unwrap(), 0);
        let client_data = self.client_data("webauthn.get", public_key);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        self.credential(json!({
            "authenticatorData": encode(&data),
            "clientDataJSON": encode(&client_data),
            "signature": encode(signature.to_der().as_bytes()),
            "userHandle": self.user_handle,
        }))
    }

    fn authenticator_data(&self, rp_id: &str, flags: u8) -> Vec<u8> {
        let verified = if self.verifies_user { USER_VERIFIED } else { 0 };
        let mut data = Sha256::digest(rp_id).to_vec();
        data.push(USER_PRESENT | verified | flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, public_key: &Value) -> Vec<u8> {
        let data = json!({
            "type": kind,
            "challenge": public_key["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn credential(&self, response: Value) -> Value {
        let id = encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
