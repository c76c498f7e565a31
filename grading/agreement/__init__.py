"""How far graders agree: coefficients, their errors and intervals, and what may be said of them.

The only part of grading that needs numpy, so nothing outside this package imports numpy, and what
must start fast (`decide`) imports nothing of this package.

    scale          the declared scale: level, categories in order, values of interval categories
    matrix         units x graders with gaps, kept as distinct rows and how often each occurs
    weights        agreement weights and squared differences on the declared scale
    coefficients   percent, alpha, AC1/AC2, Fleiss, Brennan-Prediger, Conger for many resamples
    kappa          Cohen's kappa of a pair, Light's mean of pairs
    errors_of      standard errors from unit-wise linearisation
    bootstrap      percentile intervals, near-copies of one group drawn as one unit
    summary        all of it for one matrix, every undefined case in words
    confusion, marginals, dawid_skene, by_category, questions, sampling, sentences
"""
