using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A method with the delegate that serves it.</summary>
internal sealed record MappedMethod(IMethod Method, RoutePattern Pattern, IList<object> Metadata, RequestDelegate Handler);
