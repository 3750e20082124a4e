using Engine.V1;

namespace Engine.LoadTests.Dialogues;

/// <summary>One message of a dialogue. The content is never changed after reading.</summary>
internal sealed record Turn(Speaker Speaker, Content Content);
