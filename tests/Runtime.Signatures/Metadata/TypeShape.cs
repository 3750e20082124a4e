namespace Engine.Runtime.Signatures.Tests.Metadata;

internal enum TypeShape
{
    Named,
    TypeParameter,
    Array,
    Pointer,
    ByRef,
    Modified,
}
