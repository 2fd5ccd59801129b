//! How a server knows who asks.

use std::fmt;

use crate::base::Secret;
use crate::base::base64;

/// The credentials that are sent with every question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// None.
    #[default]
    Open,
    /// A bearer token.
    Bearer(Secret),
    /// A user and a password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
}

/// Why credentials cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessError {
    /// A token and a user at once.
    Both,
    /// A user without a password, or a password without a user.
    Half,
    /// A token that cannot be sent: it is empty, or holds characters that no header may.
    Token,
    /// A user with a colon, which ends a user.
    User,
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AccessError::Both => "a token and a user are given; a server takes one of them",
            AccessError::Half => {
                "a user and a password belong together, and one of them is missing"
            }
            AccessError::Token => "the token is empty or holds characters that cannot be sent",
            AccessError::User => "a user with a colon cannot be sent",
        })
    }
}

impl Access {
    /// Credentials from what the environment holds. Empty texts count as none, and space around a token, such as the
    /// end of a line in a file, is no part of it.
    pub fn new(
        token: Option<String>,
        user: Option<String>,
        password: Option<String>,
    ) -> Result<Access, AccessError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        match (given(token), given(user), given(password)) {
            (None, None, None) => Ok(Access::Open),
            (Some(token), None, None) => {
                let token = token.trim();
                let sendable = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
                match sendable {
                    true => Ok(Access::Bearer(Secret::new(token))),
                    false => Err(AccessError::Token),
                }
            }
            (None, Some(user), Some(_)) if user.contains(':') => Err(AccessError::User),
            (None, Some(user), Some(password)) => Ok(Access::Basic {
                user,
                password: Secret::new(password),
            }),
            (Some(_), _, _) => Err(AccessError::Both),
            (None, Some(_), None) | (None, None, Some(_)) => Err(AccessError::Half),
        }
    }

    /// What must not be shown: a token, or a password and what it is sent as.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        match self {
            Access::Open => Vec::new(),
            Access::Bearer(token) => vec![token.clone()],
            Access::Basic { user, password } => {
                let pair = format!("{user}:{}", password.expose());
                vec![Secret::new(base64(pair.as_bytes())), password.clone()]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Mask;

    fn check(given: [&str; 3], expected: Result<Access, AccessError>) {
        let [token, user, password] = given.map(|text| Some(text.to_string()));
        assert_eq!(Access::new(token, user, password), expected, "{given:?}");
    }

    #[test]
    fn a_server_takes_a_token_or_a_user_with_a_password() {
        let basic = Access::Basic {
            user: "u".to_string(),
            password: Secret::new("p:p"),
        };
        check(["", "", ""], Ok(Access::Open));
        check(["t\n", "", ""], Ok(Access::Bearer(Secret::new("t"))));
        check(["", "u", "p:p"], Ok(basic));
        check(["t", "u", "p"], Err(AccessError::Both));
        check(["", "u", ""], Err(AccessError::Half));
        check(["", "", "p"], Err(AccessError::Half));
        check([" ", "", ""], Err(AccessError::Token));
        check(["a\nb", "", ""], Err(AccessError::Token));
        check(["", "u:v", "p"], Err(AccessError::User));
    }
    #[test]
    fn a_password_is_hidden_in_both_its_forms() {
        let check = |access: Access, text: &str, expected: &str| {
            let masked = Mask::new(access.secrets()).text(text.to_string());
            assert_eq!(masked, expected, "{text}");
        };
        let basic = Access::Basic {
            user: "me".to_string(),
            password: Secret::new("pass"),
        };
        check(
            basic,
            "Basic bWU6cGFzcw==, me, pass",
            "Basic ******==, me, ******",
        );
        check(
            Access::Bearer(Secret::new("t0ken")),
            "Bearer t0ken",
            "Bearer ******",
        );
        check(Access::Open, "t0ken", "t0ken");
    }
}
