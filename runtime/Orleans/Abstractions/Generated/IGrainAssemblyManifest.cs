using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>The generated list of an assembly's grains and grain interfaces.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IGrainAssemblyManifest
{
    void Populate(GrainManifestBuilder builder);
}
