/// A formula over named counts, such as `closed_on_time / (closing_due - suspended)`. It may use `+`, `-` or `−`, `/`
/// or `÷`, parentheses, and the number 1.
package struct IndicatorFormula: Hashable, Sendable {
    private enum Step: Hashable, Sendable {
        case one
        case count(CaseCount)
        case add
        case subtract
        case divide
    }

    /// As it was written.
    package let text: String
    /// Operands first: each operation takes the last two values.
    private let steps: [Step]

    /// Throws a `TextDefect` that names the character.
    package init(text: String) throws(TextDefect) {
        guard text.utf8.count <= Limits.formulaBytes else {
            throw TextDefect(
                line: 1, "The formula takes \(text.utf8.count) bytes; at most \(Limits.formulaBytes) are allowed.")
        }
        var parser = Parser(text: text)
        try parser.sum()
        guard parser.next == nil else { throw parser.defect("An operation is missing before this.") }
        self.text = text
        steps = parser.steps
    }

    /// The counts that it names, each once, in the order of `CaseCount`. A figure's cases are those in these counts.
    package var counts: [CaseCount] {
        let named = Set(steps.compactMap { if case .count(let count) = $0 { count } else { nil } })
        return CaseCount.allCases.filter(named.contains)
    }

    /// Nil when it divides by zero: there is nothing to say, and that is not 0.
    package func value(_ count: (CaseCount) -> Int) -> Double? { Self.values(of: steps[...], count)?.last }

    /// What its last division divides. Nil if it does not end with one, or one before it divides by zero.
    package func quotient(_ count: (CaseCount) -> Int) -> (numerator: Double, denominator: Double)? {
        guard steps.last == .divide, let values = Self.values(of: steps.dropLast(), count), values.count == 2 else {
            return nil
        }
        return (values[0], values[1])
    }

    /// The values that these steps leave. Nil if one divides by zero.
    private static func values(of steps: ArraySlice<Step>, _ count: (CaseCount) -> Int) -> [Double]? {
        var stack: [Double] = []
        for step in steps {
            switch step {
            case .one: stack.append(1)
            case .count(let name): stack.append(Double(count(name)))
            case .add, .subtract, .divide:
                guard let right = stack.popLast(), let left = stack.popLast() else { return nil }
                if step == .divide, right == 0 { return nil }
                stack.append(step == .add ? left + right : step == .subtract ? left - right : left / right)
            }
        }
        return stack
    }

    private struct Parser {
        private(set) var steps: [Step] = []
        private var rest: Substring
        private let text: String

        init(text: String) {
            self.text = text
            rest = text[...]
        }

        /// The next character that is not a space.
        var next: Character? {
            mutating get {
                rest = rest.drop { $0 == " " }
                return rest.first
            }
        }

        func defect(_ reason: String) -> TextDefect {
            TextDefect(line: 1, character: text.distance(from: text.startIndex, to: rest.startIndex) + 1, reason)
        }

        mutating func sum() throws(TextDefect) {
            try quotient()
            while let sign = next, sign == "+" || sign == "-" || sign == "−" {
                rest.removeFirst()
                try quotient()
                steps.append(sign == "+" ? .add : .subtract)
            }
        }

        private mutating func quotient() throws(TextDefect) {
            try operand()
            while let sign = next, sign == "/" || sign == "÷" {
                rest.removeFirst()
                try operand()
                steps.append(.divide)
            }
        }

        private mutating func operand() throws(TextDefect) {
            switch next {
            case nil: throw defect("The formula ends where a count is expected.")
            case "(":
                rest.removeFirst()
                try sum()
                guard next == ")" else { throw defect("A closing parenthesis is missing here.") }
                rest.removeFirst()
            case .some:
                let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
                if word == "1" {
                    steps.append(.one)
                } else if let count = CaseCount(code: String(word)) {
                    steps.append(.count(count))
                } else if word.isEmpty {
                    throw defect("A count, 1 or a parenthesis is expected here.")
                } else {
                    throw defect("No count is called “\(word)”.")
                }
                rest = rest[word.endIndex...]
            }
        }
    }
}
