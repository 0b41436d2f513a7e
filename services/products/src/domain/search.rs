use std::collections::BTreeSet;

/// How many words of a product can be searched for: its name and category, and the beginning of a long
/// description. Each is an entry of the index.
pub const MOST_WORDS: usize = 200;
/// How many characters of a word count.
const LONGEST_WORD: usize = 40;

/// The words of texts, in lower case, each once, in the order in which they are met; at most so many. A
/// word is a run of letters and digits.
pub fn words(texts: &[&str], most: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let runs = texts.iter().flat_map(|it| it.split(|it: char| !it.is_alphanumeric()));
    let words = runs.filter(|it| !it.is_empty()).map(lower);
    words.filter(|it| seen.insert(it.clone())).take(most).collect()
}

fn lower(word: &str) -> String {
    word.to_lowercase().chars().take(LONGEST_WORD).collect()
}
