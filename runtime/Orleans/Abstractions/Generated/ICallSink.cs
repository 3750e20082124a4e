using Orleans.Runtime.Generated;

namespace Orleans.Runtime;

/// <summary>Takes the outcomes of calls that came over a connection.</summary>
internal interface ICallSink
{
    /// <summary>The call's result is ready to be written.</summary>
    void Succeeded(GrainCall call);

    void Failed(GrainCall call, Exception error);
}
