namespace Engine.LoadTests.Shift.Running;

/// <summary>What came of a call.</summary>
/// <param name="Response">The answer; null: refused, or nobody knows.</param>
/// <param name="InDoubt">Without an answer: it may have been done.</param>
/// <param name="Reason">Of the refusal.</param>
internal readonly record struct CallResult<TResponse>(TResponse? Response, bool InDoubt, string? Reason)
    where TResponse : class;
