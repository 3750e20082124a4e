namespace Orleans.Runtime.References;

/// <summary>A reference that is not yet of any interface; casting makes it one.</summary>
internal sealed class UntypedReference(GrainReferenceShared shared, IdSpan key) : GrainReference(shared, key);
