using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Hosting;

/// <summary>The stages of this silo.</summary>
internal sealed class SiloLifecycle(ILogger<SiloLifecycle> logger) : LifecycleSubject(logger), ISiloLifecycleSubject;
