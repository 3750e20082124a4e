namespace Engine.LoadTests.Dialogues;

/// <summary>What an input holds.</summary>
/// <param name="Dialogues">In the input's order.</param>
/// <param name="BlankTurns">Turns left out because they say nothing: the contract has no empty messages.</param>
internal sealed record DialogueSet(IReadOnlyList<Dialogue> Dialogues, int BlankTurns)
{
    public static DialogueSet Concat(IEnumerable<DialogueSet> sets)
    {
        var all = sets.ToList();
        return new DialogueSet([.. all.SelectMany(s => s.Dialogues)], all.Sum(s => s.BlankTurns));
    }
}
