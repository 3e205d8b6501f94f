declare module "*.mcl" {
  const text: string;
  export default text;
}
