//! Certificates and keys of a small authority of one's own, as files in PEM format.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair,
};

/// An authority that signs what a test needs.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
}

/// The files of a certificate and of its private key.
pub struct Signed {
    /// The certificate.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

impl Authority {
    /// A new one, which is named by `folder`, where its files are.
    pub fn new(folder: &Path) -> Authority {
        let mut params = CertificateParams::default();
        let name = folder.display().to_string();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key can be made");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority signs itself");
        std::fs::create_dir_all(folder).expect("the folder of the tests is writable");
        let folder = folder.to_path_buf();
        let authority = Authority { issuer, folder };
        std::fs::write(authority.file(), authority.issuer.pem()).expect("the folder is writable");
        authority
    }

    /// Its own certificate.
    pub fn file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// A certificate for a server at 127.0.0.1.
    pub fn server(&self) -> Signed {
        self.signed("server", ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate for a client.
    pub fn client(&self) -> Signed {
        self.signed("client", ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn signed(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Signed {
        let mut params =
            CertificateParams::new(["127.0.0.1".to_owned()]).expect("an address is a name");
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("an authority signs");
        let signed = Signed {
            certificate: self.folder.join(format!("{name}.pem")),
            key: self.folder.join(format!("{name}.key")),
        };
        std::fs::write(&signed.certificate, certificate.pem()).expect("the folder is writable");
        std::fs::write(&signed.key, key.serialize_pem()).expect("the folder is writable");
        signed
    }
}
