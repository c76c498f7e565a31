"""How far graders agree: coefficients, their errors and intervals, and what may be said of them.

The only part of grading that needs numpy, so nothing outside this package imports numpy, and what
must start fast (`decide`) imports nothing of this package.

    scale            the declared scale: level, categories in order, numbers of interval categories
    matrix           units x graders with gaps, kept as distinct rows and how often each occurs
    weights, tally   agreement weights and differences; what each distinct row adds to the totals
    coefficients     percent, alpha, AC1/AC2, Fleiss, Brennan-Prediger, Conger, Cohen
    standard_errors  by unit-wise linearisation
    bootstrap        percentile intervals, near-copies of one group drawn as one unit
    summary          all of it for one table, every undefined case in words
    notes, sentences what a reader must know beside the figures
    confusion, kappa, marginals, dawid_skene    pairs of graders, and each grader's lean
    peers            what may be said of one grader beside colleagues on the same items
    questions        agreement question by question along a scheme
    sampling         how many items to grade twice
"""
