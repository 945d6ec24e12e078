//! Compiles `data/phones.txt` into the table that `recognizers/phone/plan.rs` reads.
//!
//! The digits of a national number walk its country's tree of ten children a node; what they end at says which lengths
//! such a number may have. Equal subtrees are one, of all countries, so the trees take some tens of kilobytes. They are
//! data: nothing is built when a worker starts.

use std::{
    collections::HashMap,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    iter::Peekable,
    path::Path,
    str::Chars,
};

const SOURCE: &str = "data/phones.txt";

/// Values of this and above are `LEAF` + a set of lengths' index; below are nodes. Leaf 0 is the empty set.
const LEAF: u16 = 0x8000;

type Node = [u16; 10];

#[derive(Default)]
struct Plans {
    nodes: Vec<Node>,
    known: HashMap<Node, u16>,
    /// Bit n is set where a national number may have n digits.
    lengths: Vec<u16>,
    /// Calling code, trunk prefix and tree, in order.
    countries: Vec<(u16, String, u16)>,
}

fn main() -> Result<(), Box<dyn Error>> {
    writeln!(io::stdout(), "cargo::rerun-if-changed={SOURCE}\ncargo::rerun-if-changed=build.rs")?;
    let source = fs::read_to_string(SOURCE)?;
    let mut plans = Plans { lengths: vec![0], ..Plans::default() };
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.splitn(3, ' ');
        let (Some(code), Some(trunk), Some(tree)) = (fields.next(), fields.next(), fields.next())
        else {
            return Err(format!("three fields are missing: {line}").into());
        };
        let mut rest = tree.chars().peekable();
        let tree =
            if tree.starts_with(':') { plans.leaf(&mut rest)? } else { plans.node(&mut rest)? };
        plans.countries.push((code.parse()?, trunk.replace('-', ""), tree));
    }
    plans.countries.sort();
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR isn't set")?;
    fs::write(Path::new(&out).join("plans.rs"), plans.source()?)?;
    Ok(())
}

impl Plans {
    /// The subtree that `rest` holds up to its `)` or its end: `2(0:9 1:10) 34:9`.
    fn node(&mut self, rest: &mut Peekable<Chars<'_>>) -> Result<u16, Box<dyn Error>> {
        let mut node = [LEAF; 10];
        loop {
            let mut digits = Vec::new();
            while let Some(digit) = rest.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(10))
            {
                digits.push(usize::try_from(digit)?);
            }
            let child = match rest.peek() {
                Some('(') => {
                    rest.next();
                    let child = self.node(rest)?;
                    rest.next_if_eq(&')').ok_or("a parenthesis is missing")?;
                    child
                }
                _ => self.leaf(rest)?,
            };
            for digit in digits {
                *node.get_mut(digit).ok_or("a digit is below 10")? = child;
            }
            if rest.next_if_eq(&' ').is_none() {
                return self.index(node);
            }
        }
    }

    /// `:9,10`.
    fn leaf(&mut self, rest: &mut Peekable<Chars<'_>>) -> Result<u16, Box<dyn Error>> {
        let mut set = 0_u16;
        while rest.next_if(|c| matches!(c, ':' | ',')).is_some() {
            let mut len = String::new();
            while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                len.push(digit);
            }
            set |= 1_u16.checked_shl(len.parse()?).ok_or("numbers have 15 digits at most")?;
        }
        let index = self.lengths.iter().position(|known| *known == set);
        let index = index.unwrap_or_else(|| {
            self.lengths.push(set);
            self.lengths.len().saturating_sub(1)
        });
        Ok(u16::try_from(index)? | LEAF)
    }

    fn index(&mut self, node: Node) -> Result<u16, Box<dyn Error>> {
        if let Some(index) = self.known.get(&node) {
            return Ok(*index);
        }
        let index = u16::try_from(self.nodes.len())?;
        if index >= LEAF {
            return Err("there are too many nodes".into());
        }
        self.nodes.push(node);
        self.known.insert(node, index);
        Ok(index)
    }

    fn source(&self) -> Result<String, Box<dyn Error>> {
        let Self { nodes, lengths, countries, .. } = self;
        let mut out = String::new();
        writeln!(out, "pub(super) const LEAF: u16 = {LEAF};")?;
        writeln!(out, "pub(super) static NODES: [[u16; 10]; {}] = {nodes:?};", nodes.len())?;
        writeln!(out, "pub(super) static LENGTHS: [u16; {}] = {lengths:?};", lengths.len())?;
        writeln!(
            out,
            "pub(super) static COUNTRIES: [(u16, &str, u16); {}] = {countries:?};",
            countries.len()
        )?;
        Ok(out)
    }
}
