namespace Engine.Grains.Expectations;

/// <summary>The texts of one language; empty ones are taken from elsewhere.</summary>
/// <param name="Open">Names {latest}, perhaps {likely}.</param>
/// <param name="Closed">Names {opening}, perhaps {likely} and {latest}.</param>
/// <param name="ClosedOpeningOnly">As Closed, when only the opening is known.</param>
/// <param name="ClosedUntilFurtherNotice">Names nothing.</param>
/// <param name="Unknown">Names nothing.</param>
/// <param name="Revised">Names {latest}, perhaps {likely}.</param>
internal sealed record SentenceTexts(
    string Open, string Closed, string ClosedOpeningOnly, string ClosedUntilFurtherNotice, string Unknown, string Revised);
