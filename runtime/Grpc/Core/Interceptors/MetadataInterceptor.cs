namespace Grpc.Core.Interceptors;

/// <summary>Lets a function see and replace the headers of calls.</summary>
internal sealed class MetadataInterceptor(Func<Metadata, Metadata> interceptor) : ContextInterceptor
{
    private readonly Func<Metadata, Metadata> _interceptor = interceptor ?? throw new ArgumentNullException(nameof(interceptor));

    protected override ClientInterceptorContext<TRequest, TResponse> Change<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context) => new(
            context.Method,
            context.Host,
            context.Options.WithHeaders(_interceptor(context.Options.Headers ?? [])));
}
