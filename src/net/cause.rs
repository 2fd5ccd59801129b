//! What is at the bottom of an error of a connection.

use std::error::Error;
use std::io;

/// Most causes of causes that are looked at.
const CAUSES_MAX: usize = 32;

/// What the innermost cause of an error says; the outer ones repeat the URL.
pub fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// What went wrong with the encryption of a connection, where that is the cause of an error.
pub fn tls_fault<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    let mut next = Some(error);
    for _ in 0..CAUSES_MAX {
        let cause = next?;
        if let Some(fault) = cause.downcast_ref() {
            return Some(fault);
        }
        // What an I/O error is made of is not its source.
        let wrapped = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped as &'e (dyn Error + 'static)),
            None => cause.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_encryption_is_found_below_errors_of_input_and_output() {
        let fault = rustls::Error::DecryptError;
        let inner = io::Error::other(fault.clone());
        let outer = io::Error::other(inner);
        assert_eq!(tls_fault(&outer), Some(&fault));
        assert_eq!(innermost(&outer), fault.to_string());
        assert_eq!(tls_fault(&io::Error::other("reset")), None);
    }
}
