//! Changes of single fields of a noun.

/// Declares the patch of a noun: a field that is there is set, any other stays.
///
/// The key after `=` is the field's name wherever it is written.
macro_rules! patch {
    ($(#[$doc:meta])* $patch:ident of $noun:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct $patch {
            $(
                $(#[$field_doc])*
                #[serde(rename = $key, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )+
        }

        impl $patch {
            /// What makes the one into the other.
            pub fn between(from: &$noun, to: &$noun) -> Self {
                Self { $($field: (from.$field != to.$field).then(|| to.$field.clone()),)+ }
            }

            /// What of it would change something.
            #[must_use]
            pub fn effective(self, noun: &$noun) -> Self {
                Self { $($field: self.$field.filter(|wanted| *wanted != noun.$field),)+ }
            }

            /// Sets the fields that are there.
            pub fn apply_to(&self, noun: &mut $noun) {
                $(if let Some(wanted) = &self.$field {
                    noun.$field.clone_from(wanted);
                })+
            }

            /// The keys of the fields that are there.
            pub fn keys(&self) -> Vec<&'static str> {
                [$(self.$field.is_some().then_some($key)),+].into_iter().flatten().collect()
            }

            /// Whether nothing is there.
            pub fn is_empty(&self) -> bool {
                self.keys().is_empty()
            }

            /// Reads the fields of a table.
            pub(crate) fn read(
                fields: &mut crate::written::Fields<'_>,
                problems: &mut crate::problem::Problems,
            ) -> Self {
                Self { $($field: fields.get($key, problems),)+ }
            }

            /// Reads it from JSON, as in the body of a request.
            ///
            /// # Errors
            /// Everything that is wrong, each with its field.
            pub fn from_json(
                value: &serde_json::Value,
            ) -> Result<Self, crate::problem::Problems> {
                let mut problems = crate::problem::Problems::default();
                let mut patch = Self::default();
                if let Some(mut fields) =
                    crate::written::Fields::of(value, "", &mut problems)
                {
                    patch = Self::read(&mut fields, &mut problems);
                    fields.finish(&mut problems);
                }
                problems.none_or(patch)
            }
        }
    };
}
pub(crate) use patch;
